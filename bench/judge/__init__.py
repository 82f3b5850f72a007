"""What numbers mean (pure): a stored run in; estimates, verdicts, findings and sentences out."""
