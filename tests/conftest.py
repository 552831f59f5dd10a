"""What every test shares: Hypothesis profiles that suit a busy machine, and ears for interrupts."""

import os
import signal

from hypothesis import HealthCheck, settings

# no deadline: a shared or a continuous-integration machine stalls at random, and that is no finding
settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# A shell has what it starts in the background ignore interrupts, and so would all that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
