"""What MLflow runs to load a registered model (models from code); a copy of this file is kept with every model.

It imports nothing but the served model's class, so that a copy of today loads tomorrow, and a model of another format
is refused by its number.
"""

import mlflow.models

from attrition.predict.served import ServedRisk

mlflow.models.set_model(ServedRisk())
