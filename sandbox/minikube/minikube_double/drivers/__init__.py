"""The two drivers: none (this machine) and virtualbox (a machine reached over ssh)."""
