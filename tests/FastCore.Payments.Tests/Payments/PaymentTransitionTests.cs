using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

/// <summary>The closed table, pair by pair, against the sentence that defines each allowed cell.</summary>
public sealed class PaymentTransitionTests
{
    // Every allowed cell; what is not here must be refused.
    private static readonly Dictionary<(PaymentState, PaymentEvent), PaymentState[]> Allowed = new()
    {
        [(PaymentState.None, PaymentEvent.Create)] =
            [PaymentState.Created, PaymentState.Authorized, PaymentState.Captured, PaymentState.Failed],
        [(PaymentState.Created, PaymentEvent.Retry)] = [PaymentState.Created],
        [(PaymentState.Created, PaymentEvent.LoseTrack)] = [PaymentState.Processing],
        [(PaymentState.Created, PaymentEvent.Approve)] = [PaymentState.Authorized, PaymentState.Captured],
        [(PaymentState.Created, PaymentEvent.Fail)] = [PaymentState.Failed],
        [(PaymentState.Processing, PaymentEvent.Retry)] = [PaymentState.Created],
        [(PaymentState.Processing, PaymentEvent.Approve)] = [PaymentState.Authorized, PaymentState.Captured],
        [(PaymentState.Processing, PaymentEvent.Fail)] = [PaymentState.Failed],
        [(PaymentState.Authorized, PaymentEvent.Capture)] = [PaymentState.Captured, PaymentState.PartiallyCaptured],
        [(PaymentState.Authorized, PaymentEvent.Release)] = [PaymentState.Authorized],
        [(PaymentState.Authorized, PaymentEvent.Void)] = [PaymentState.Voided],
        [(PaymentState.Authorized, PaymentEvent.Expire)] = [PaymentState.Expired],
        [(PaymentState.PartiallyCaptured, PaymentEvent.Capture)] =
        [
            PaymentState.PartiallyCaptured,
            PaymentState.Captured,
            PaymentState.PartiallyRefunded,
            PaymentState.Refunded,
        ],
        [(PaymentState.PartiallyCaptured, PaymentEvent.Void)] =
            [PaymentState.Captured, PaymentState.PartiallyRefunded, PaymentState.Refunded],
        [(PaymentState.PartiallyCaptured, PaymentEvent.Expire)] =
            [PaymentState.Captured, PaymentState.PartiallyRefunded, PaymentState.Refunded],
        [(PaymentState.PartiallyCaptured, PaymentEvent.Refund)] = [PaymentState.PartiallyCaptured],
        [(PaymentState.Captured, PaymentEvent.Refund)] =
            [PaymentState.Captured, PaymentState.PartiallyRefunded, PaymentState.Refunded],
        [(PaymentState.PartiallyRefunded, PaymentEvent.Refund)] =
            [PaymentState.PartiallyRefunded, PaymentState.Refunded],
    };

    [Fact]
    public void P2_every_pair_of_state_and_event_is_allowed_or_refused_as_defined()
    {
        Assert.Equal(PaymentTransitions.StateCount, Enum.GetValues<PaymentState>().Length);
        Assert.Equal(PaymentTransitions.EventCount, Enum.GetValues<PaymentEvent>().Length);
        foreach (PaymentState state in Enum.GetValues<PaymentState>())
        {
            foreach (PaymentEvent happened in Enum.GetValues<PaymentEvent>())
            {
                PaymentState[] targets = Allowed.GetValueOrDefault((state, happened), []);
                Assert.Equal(targets.Length != 0, PaymentTransitions.Allows(state, happened));
                foreach (PaymentState next in Enum.GetValues<PaymentState>())
                {
                    Assert.Equal(targets.Contains(next), PaymentTransitions.Allows(state, happened, next));
                }
            }
        }
    }

    [Theory]
    [InlineData(PaymentState.Refunded)]
    [InlineData(PaymentState.Failed)]
    [InlineData(PaymentState.Voided)]
    [InlineData(PaymentState.Expired)]
    public void P2_nothing_leads_out_of_a_terminal_state(PaymentState state) =>
        Assert.All(
            Enum.GetValues<PaymentEvent>(),
            happened => Assert.False(PaymentTransitions.Allows(state, happened)));
}
