"""Its body yields when it is imported."""
import time
time.sleep(0)
if __name__ == "__main__":
    time.sleep(0)
