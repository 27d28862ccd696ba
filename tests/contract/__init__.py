"""What every index must do, checked against brute force."""
