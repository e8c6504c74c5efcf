"""What an attacker would send, on both sides where both have it. Every test is the attack, and shows that it fails."""
