"""SalesSheet.ai, the CRM: its client, its operations, and how contacts are saved without doing it twice."""
