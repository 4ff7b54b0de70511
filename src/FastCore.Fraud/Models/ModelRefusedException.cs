namespace FastCore.Fraud.Models;

/// <summary>A model file is not used; says why in a code and in a sentence.</summary>
public sealed class ModelRefusedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">Why.</param>
    /// <param name="what">A sentence for the operator.</param>
    public ModelRefusedException(ModelRefusal code, string what)
        : base(what) => Code = code;

    /// <summary>Why.</summary>
    public ModelRefusal Code { get; }
}
