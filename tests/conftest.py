"""What every test shares: Hypothesis profiles that suit a busy machine."""

import os

from hypothesis import HealthCheck, settings

# no deadline: a shared or a continuous-integration machine stalls at random, and that is no finding
settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")
