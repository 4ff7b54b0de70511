using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>The payments of a partition, seen by the verdicts of reviews.</summary>
public interface IReviewedPayments
{
    /// <summary>Releases or voids a payment that is held for review.</summary>
    /// <param name="merchant">Its merchant.</param>
    /// <param name="payment">Its id.</param>
    /// <param name="isApproved">Release it; false: void it.</param>
    /// <returns>Ok, or why there was nothing to release.</returns>
    FraudStatus Resolve(ulong merchant, UInt128 payment, bool isApproved);

    /// <summary>Brings what <see cref="Resolve"/> will touch into memory.</summary>
    void Prefetch(ulong merchant, UInt128 payment);
}
