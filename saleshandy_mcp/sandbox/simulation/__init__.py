"""What happens in a workspace as time passes: mails, tasks, reactions, jobs, and the numbers counted from them."""
