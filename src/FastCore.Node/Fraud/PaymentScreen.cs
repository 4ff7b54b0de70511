using FastCore.Fraud.Scoring;
using FastCore.Payments.Payments;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Node.Fraud;

/// <summary>Shows the fraud machine of a partition to its payments.</summary>
internal sealed class PaymentScreen(FraudMachine fraud) : IPaymentScreen
{
    /// <inheritdoc/>
    public bool IsActive => fraud.ScreensPayments;

    /// <inheritdoc/>
    public void HintAtKeys(
        int burst, ReadOnlySpan<CreatePayment> payments, ReadOnlySpan<ObservedPayment> observed) =>
        fraud.HintAtKeys(burst, payments, observed);

    /// <inheritdoc/>
    public void HintAtRows(int burst) => fraud.HintAtRows(burst);

    /// <inheritdoc/>
    public void HintAtEvents(int burst) => fraud.HintAtEvents(burst);

    /// <inheritdoc/>
    public void Prefetch(in CreatePayment payment, bool isCardHere) => fraud.PrefetchPayment(payment, isCardHere);

    /// <inheritdoc/>
    public PaymentScreening Screen(in CreatePayment payment, in CardFeatures card)
    {
        ScoreResult result = fraud.Screen(payment, card);
        return result.Code != FraudStatus.Ok ? PaymentScreening.Refuse
            : result.Decision switch
            {
                Decision.Decline => PaymentScreening.Decline,
                Decision.Review => PaymentScreening.Review,
                _ => PaymentScreening.Approve,
            };
    }
}

/// <summary>Shows the payments of a partition to the verdicts of its reviews.</summary>
internal sealed class ReviewedPayments : IReviewedPayments
{
    /// <summary>The payments; set once, right after they were made.</summary>
    public PaymentsMachine? Payments { get; set; }

    /// <inheritdoc/>
    public FraudStatus Resolve(ulong merchant, UInt128 payment, bool isApproved) =>
        Payments!.Resolve(merchant, payment, isApproved);

    /// <inheritdoc/>
    public void Prefetch(ulong merchant, UInt128 payment) => Payments!.PrefetchReview(merchant, payment);
}
