namespace FastCore.Fuzz.Core;

/// <summary>What went wrong with an input.</summary>
public enum FuzzFault
{
    /// <summary>An exception that the parser does not document.</summary>
    Exception,

    /// <summary>A property of the fuzzer does not hold.</summary>
    Property,

    /// <summary>More managed memory than the fuzzer's bound.</summary>
    Allocation,

    /// <summary>The input did not come to an end.</summary>
    Hang,
}

/// <summary>A finding.</summary>
/// <param name="Fault">What went wrong.</param>
/// <param name="Type">Type of the exception, so that shrinking keeps to the same finding.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Trace">Where, as far as it is known.</param>
/// <param name="Input">The input, shrunk.</param>
public sealed record FuzzFailure(FuzzFault Fault, string Type, string Message, string Trace, byte[] Input)
{
    /// <summary>Whether it is the same finding with another input.</summary>
    public bool IsLike(FuzzFailure other) => Fault == other.Fault && Type == other.Type;
}
