"""Time to event, competing risks and first causes."""
