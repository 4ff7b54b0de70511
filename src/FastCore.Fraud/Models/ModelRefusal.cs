namespace FastCore.Fraud.Models;

/// <summary>
/// Why a model file is not used. A file is scored with the bits of XGBoost or it is refused; nothing is guessed.
/// </summary>
public enum ModelRefusal
{
    /// <summary>The bytes are neither JSON nor UBJ.</summary>
    NotAModel = 1,

    /// <summary>The file, or something in it, is larger than <see cref="ModelLimits"/> allows.</summary>
    TooLarge = 2,

    /// <summary>The file ends early, is not well formed, says a thing twice or lacks a field.</summary>
    Damaged = 3,

    /// <summary>Written by a version of XGBoost that is older than 1.7 or newer than 3.</summary>
    Version = 4,

    /// <summary>The objective is not binary:logistic.</summary>
    Objective = 5,

    /// <summary>The booster is neither gbtree nor dart.</summary>
    Booster = 6,

    /// <summary>The model tells more than two classes apart.</summary>
    MultiClass = 7,

    /// <summary>The model has more than one target.</summary>
    MultiTarget = 8,

    /// <summary>A leaf of a tree is a vector.</summary>
    VectorLeaf = 9,

    /// <summary>The base score is not a probability between 0 and 1.</summary>
    BaseScore = 10,

    /// <summary>The weights of the dropped trees are missing, too few, too many or not finite.</summary>
    DropWeights = 11,

    /// <summary>The arrays that make up the trees do not fit together.</summary>
    Shape = 12,

    /// <summary>A node has children outside its tree.</summary>
    ChildOutOfRange = 13,

    /// <summary>A node is reached on two ways or from itself.</summary>
    Cycle = 14,

    /// <summary>A leaf lies deeper than <see cref="ModelLimits.DepthMax"/>.</summary>
    TooDeep = 15,

    /// <summary>A node asks for a feature that the model does not have.</summary>
    FeatureOutOfRange = 16,

    /// <summary>The threshold of a node is not finite.</summary>
    Threshold = 17,

    /// <summary>The value of a leaf is not finite.</summary>
    LeafValue = 18,

    /// <summary>A node splits neither by a number nor by a category.</summary>
    SplitType = 19,

    /// <summary>The categories of a node are missing, out of range or belong to no node.</summary>
    Categories = 20,
}
