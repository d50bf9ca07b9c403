"""What MLflow runs to load a registered model (models from code); a copy of this file is kept with every model.

It imports only the served model's class, so that an old copy still loads with a later version of the package. Whether
that version can read the model's files is checked when they are loaded, by their format number.
"""

import mlflow.models

from attrition.predict.served import ServedRisk

mlflow.models.set_model(ServedRisk())
