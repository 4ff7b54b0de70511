using FastCore.Payments.Payments;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Tests.Payments;

/// <summary>Says about every payment what the test wants.</summary>
internal sealed class ScriptedScreen : IPaymentScreen
{
    public PaymentScreening? Says { get; set; }

    public bool IsActive => Says is not null;

    public void HintAtKeys(
        int burst, ReadOnlySpan<CreatePayment> payments, ReadOnlySpan<ObservedPayment> observed)
    {
        // There is nothing to bring nearer.
    }

    public void HintAtRows(int burst)
    {
        // There is nothing to bring nearer.
    }

    public void HintAtEvents(int burst)
    {
        // There is nothing to bring nearer.
    }

    public void Prefetch(in CreatePayment payment, bool isCardHere)
    {
        // There is nothing to bring nearer.
    }

    public PaymentScreening Screen(in CreatePayment payment, in CardFeatures card) => Says!.Value;
}
