using FastCore.Fraud.Policies;

namespace FastCore.Fraud.Scoring;

/// <summary>Where a partition gets the policies that its journal names.</summary>
public interface IPolicySource
{
    /// <summary>
    /// The policy of a hash. It was stored and checked before the command that names it was journaled, so it is there.
    /// </summary>
    /// <exception cref="FastCore.Engine.Ports.CorruptStorageException">It is not, or not as it was written.</exception>
    FraudPolicy Get(ReadOnlySpan<byte> hash);
}
