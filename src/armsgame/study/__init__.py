"""Questions over many games: regimes compared, perspectives, counterfactuals, the report."""
