"""Sensitivity, robustness and calibration."""
