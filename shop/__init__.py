"""The floor: settings, database, accounts, jobs, mail, media and everything that knows nothing of crafts."""
