"""Functions and types that pickled estimators ask for, by module: `pickle_list.py` says what for."""

from __future__ import annotations

CALLED = {
    "_codecs": "encode",
    "builtins": "bytearray bytes complex frozenset range set slice",
    "collections": "OrderedDict defaultdict",
    "copyreg": "_reconstructor",
    "numpy": "dtype",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy._core.numeric": "_frombuffer",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy.ma.core": "_mareconstruct",
    "numpy.random._pickle": "__bit_generator_ctor __generator_ctor __randomstate_ctor",
    "numpy.random.bit_generator": "__pyx_unpickle_SeedSequence",
    "sklearn._loss._loss": """
        CyAbsoluteError CyExponentialLoss CyHalfBinomialLoss CyHalfGammaLoss CyHalfMultinomialLoss
        CyHalfPoissonLoss CyHalfSquaredError CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHuberLoss
        CyLossFunction CyPinballLoss __pyx_unpickle_CyHalfMultinomialLoss
    """,
    "sklearn.impute._iterative": "_ImputerTriplet",
    "sklearn.linear_model._sgd_fast": """
        Classification EpsilonInsensitive Hinge Huber Log ModifiedHuber Regression
        SquaredEpsilonInsensitive SquaredHinge SquaredLoss
    """,
    "sklearn.metrics._dist_metrics": "newObj",
    "sklearn.neighbors._ball_tree": "newObj",
    "sklearn.neighbors._kd_tree": "newObj",
    "sklearn.tree._tree": "Tree",
    "sklearn.utils._bunch": "Bunch",
    "functools": "partial(sklearn.utils.validation.check_array)",
}
"""Any use is harmless: what they make of any arguments is a value."""
NAMED = {
    "functools": "partial",
    "builtins": "bool dict float int list object str tuple",
    "numpy": """
        abs absolute arccos arcsin arctan asarray bool bool_ bytes_ cbrt ceil complex128 complex64
        cos cosh datetime64 exp expm1 float16 float32 float64 floor int16 int32 int64 int8 isfinite
        isnan log log10 log1p log2 mean median nan_to_num ndarray negative object_ ravel reciprocal
        rint sign sin sinh sqrt square str_ tan tanh timedelta64 uint16 uint32 uint64 uint8
    """,
    "numpy.ma": "MaskedArray",
    "numpy.random._mt19937": "MT19937",
    "numpy.random._pcg64": "PCG64",
    "numpy.random.bit_generator": "SeedSequence",
    "scipy._lib.array_api_compat.numpy._aliases": "asarray",
    "sklearn.cluster._kmeans": "_kmeans_single_lloyd",
    "sklearn.feature_selection._mutual_info": "mutual_info_classif mutual_info_regression",
    "sklearn.feature_selection._univariate_selection": "chi2 f_classif f_oneway f_regression r_regression",
    "sklearn.metrics._classification": """
        accuracy_score balanced_accuracy_score brier_score_loss d2_brier_score d2_log_loss_score
        f1_score jaccard_score log_loss matthews_corrcoef precision_score recall_score
    """,
    "sklearn.metrics._dist_metrics": """
        BrayCurtisDistance32 BrayCurtisDistance64 CanberraDistance32 CanberraDistance64
        ChebyshevDistance32 ChebyshevDistance64 DiceDistance32 DiceDistance64 EuclideanDistance32
        EuclideanDistance64 HammingDistance32 HammingDistance64 HaversineDistance32
        HaversineDistance64 JaccardDistance32 JaccardDistance64 KulsinskiDistance32
        KulsinskiDistance64 MahalanobisDistance32 MahalanobisDistance64 ManhattanDistance32
        ManhattanDistance64 MatchingDistance32 MatchingDistance64 MinkowskiDistance32
        MinkowskiDistance64 RogersTanimotoDistance32
        RogersTanimotoDistance64 RussellRaoDistance32 RussellRaoDistance64 SEuclideanDistance32
        SEuclideanDistance64 SokalMichenerDistance32 SokalMichenerDistance64 SokalSneathDistance32
        SokalSneathDistance64
    """,
    "sklearn.metrics._ranking": "average_precision_score roc_auc_score top_k_accuracy_score",
    "sklearn.metrics._regression": """
        d2_absolute_error_score explained_variance_score max_error mean_absolute_error
        mean_absolute_percentage_error mean_gamma_deviance mean_poisson_deviance mean_squared_error
        mean_squared_log_error median_absolute_error r2_score root_mean_squared_error
        root_mean_squared_log_error
    """,
    "sklearn.metrics._scorer": "negative_likelihood_ratio positive_likelihood_ratio",
    "sklearn.metrics.cluster._supervised": """
        adjusted_mutual_info_score adjusted_rand_score completeness_score fowlkes_mallows_score
        homogeneity_score mutual_info_score normalized_mutual_info_score rand_score v_measure_score
    """,
    "sklearn.neighbors._ball_tree": "BallTree BallTree32 BallTree64",
    "sklearn.neighbors._kd_tree": "KDTree KDTree32 KDTree64",
    "sklearn.utils.validation": "check_array",
}
"""Harmless as a value: types, and functions that compute on what they are given."""
