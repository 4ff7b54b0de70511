using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>Looks at payments before their money moves. A part of the same partition, deterministic like it.</summary>
public interface IPaymentScreen
{
    /// <summary>Whether payments are screened at all now.</summary>
    bool IsActive { get; }

    /// <summary>
    /// Brings the ways to what <see cref="Screen"/> will touch towards the CPU: the first of three stages, each a
    /// burst of payments later than the one before, so that none waits for what it asked for.
    /// </summary>
    /// <param name="burst">Number of the burst in its request; the stages are fewer than four bursts apart.</param>
    /// <param name="payments">Its payments, 64 at most.</param>
    /// <param name="observed">The same with what was handed over for them; empty when nothing was.</param>
    void HintAtKeys(int burst, ReadOnlySpan<CreatePayment> payments, ReadOnlySpan<ObservedPayment> observed);

    /// <summary>Second stage: the rows that they lead to.</summary>
    /// <param name="burst">A burst that took the first stage.</param>
    void HintAtRows(int burst);

    /// <summary>Third stage: the events that the rows name.</summary>
    /// <param name="burst">A burst that took the second stage.</param>
    void HintAtEvents(int burst);

    /// <summary>Brings what <see cref="Screen"/> will look up into memory, if it may be on disk.</summary>
    /// <param name="payment">A payment of the batch to come.</param>
    /// <param name="isCardHere">Nothing was handed over for it.</param>
    void Prefetch(in CreatePayment payment, bool isCardHere);

    /// <summary>Decides about a new payment that broke no rule.</summary>
    /// <param name="payment">The payment.</param>
    /// <param name="card">What the partition of its card handed over; nothing when its card is here.</param>
    PaymentScreening Screen(in CreatePayment payment, in CardFeatures card);
}

/// <summary>What is done with a payment.</summary>
public enum PaymentScreening : byte
{
    /// <summary>It goes on.</summary>
    Approve,

    /// <summary>It is authorized, and held until a review releases or voids it.</summary>
    Review,

    /// <summary>It is recorded as failed.</summary>
    Decline,

    /// <summary>
    /// Another content was screened under its id, or its card's partition did not take its share; nothing is recorded.
    /// </summary>
    Refuse,
}
