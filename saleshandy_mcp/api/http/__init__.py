"""How a call travels: limits, retries, cached answers, error answers, reports of refused rows."""
