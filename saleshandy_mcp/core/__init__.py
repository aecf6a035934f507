"""What all other packages use: actions, effects, questions, views, errors, settings. It imports none of them."""
