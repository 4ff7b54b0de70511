using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

/// <summary>
/// Payments against three banks that lose, delay, repeat and reorder everything, across crashes. When the dust has
/// settled the banks' books and ours must tell the same story: whoever was charged was charged once and for a payment
/// that we show as captured, and everything else was given back.
/// </summary>
public sealed class ChargedOnceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void P16_P17_the_books_of_the_banks_agree_with_ours_in_the_end(int seed)
    {
        SeededRandom random = new((ulong)seed);
        Banks banks = new(random);
        using PaymentsRig rig = new(new PaymentsOptions
        {
            MerchantsMax = 4,
            OpenPaymentsMax = 4096,
            OpenCallsMax = 4096,
            AnswerTimeoutMs = 1_000,
            SyncScheduleMs = [500, 1_000, 2_000],
            ResendsMax = 2,
        });
        Assert.Equal(PaymentStatus.Ok, rig.Run(Operation.CreateMerchants, Requests.BankMerchant()).Code);
        UInt128 payments = 0;
        UInt128 actions = 1_000_000;
        for (int step = 0; step < 1_500; step++)
        {
            rig.AdvanceMs(random.Below(300UL));
            UInt128 any = 1 + (UInt128)random.Below((ulong)payments + 1);
            switch (random.Below(12))
            {
                case 0 or 1:
                    payments++;
                    CreatePayment request = random.OneIn(3)
                        ? Requests.ManualPayment(payments)
                        : Requests.Payment(payments);
                    request.CaptureWindowS = request.Flags == 0 ? 0 : 20u;
                    rig.Run(Operation.CreatePayments, request);
                    break;
                case 2:
                    rig.Run(Operation.CapturePayments, Requests.Action(++actions, any, random.OneIn(2) ? 0 : 2_000UL));
                    break;
                case 3 when random.OneIn(3):
                    rig.Run(Operation.VoidPayments, Requests.Action(++actions, any));
                    break;
                case 4:
                    rig.Run(Operation.RefundPayments, Requests.Action(++actions, any, random.OneIn(2) ? 0 : 1_500UL));
                    break;
                case 5 when random.OneIn(8):
                    rig.CrashAndRecover();
                    break;
                case 6 when random.OneIn(8):
                    rig.Checkpoint();
                    break;
                default:
                    rig.Tick();
                    banks.DeliverOne(rig);
                    break;
            }

            banks.Receive(rig);
        }

        // From now on nothing is lost any more: everything under way is delivered until nothing is open.
        banks.IsHealthy = true;
        banks.NotifyApprovals();
        for (int round = 0; rig.Machine.NextTimerNs != ulong.MaxValue || banks.HasAnswers; round++)
        {
            Assert.True(round < 20_000, "The payments never come to rest.");
            while (banks.HasAnswers)
            {
                banks.DeliverOne(rig);
                banks.Receive(rig);
            }

            rig.AdvanceMs(500);
            rig.Tick();
            banks.Receive(rig);
        }

        Assert.True(payments > 100);
        int capturedCount = 0;
        int undoneCount = 0;
        for (UInt128 id = 1; id <= payments; id++)
        {
            PaymentRecord payment = rig.Payment(7, id);
            Assert.Equal(0UL, payment.AmountRefunding);
            Assert.Equal((long)(payment.AmountCaptured - payment.AmountRefunded), banks.ChargedNet(id));
            capturedCount += payment.AmountCaptured != 0 ? 1 : 0;
            undoneCount += payment.State == PaymentState.Failed && banks.WasCharged(id) ? 1 : 0;
        }

        Assert.True(capturedCount > 20 && undoneCount > 0, $"captured {capturedCount}, undone {undoneCount}");
        MerchantRecord merchant = rig.Merchant(7);
        Assert.Equal(0, merchant.RefundBalance);
        Assert.Equal(banks.ChargedNetAll(), (long)merchant.ReceivableBalance);
    }

    // Books that are always right, behind a network that is not.
    private sealed class Banks(SeededRandom random)
    {
        private readonly Dictionary<
            (UInt128, ushort, ConnectorCallKind, UInt128), (ConnectorOutcome Outcome, long Charged)> _books = [];
        private readonly List<ConnectorAnswer> _answers = [];
        private readonly List<ConnectorCall> _approvals = [];

        public bool IsHealthy { get; set; }

        public bool HasAnswers => _answers.Count != 0;

        public long ChargedNet(UInt128 payment) =>
            _books.Where(entry => entry.Key.Item1 == payment).Sum(entry => entry.Value.Charged);

        public long ChargedNetAll() => _books.Values.Sum(entry => entry.Charged);

        public bool WasCharged(UInt128 payment) =>
            _books.Any(entry => entry.Key.Item1 == payment && entry.Value.Charged > 0);

        /// <summary>
        /// Every bank notifies its approvals once more: whose answer was lost for good arrives now, late.
        /// </summary>
        public void NotifyApprovals()
        {
            foreach (ConnectorCall call in _approvals)
            {
                Answer(call, ConnectorOutcome.Approved);
            }
        }

        public void Receive(PaymentsRig rig)
        {
            while (rig.Calls.TryDequeue(out ConnectorCall call))
            {
                Receive(call);
            }
        }

        public void DeliverOne(PaymentsRig rig)
        {
            if (_answers.Count == 0)
            {
                return;
            }

            int index = random.Below(_answers.Count);
            ConnectorAnswer answer = _answers[index];
            if (IsHealthy || !random.OneIn(6))
            {
                // Otherwise it is delivered now and once more.
                _answers.RemoveAt(index);
            }

            rig.Run(Operation.ConnectorAnswers, answer);
        }

        private void Receive(in ConnectorCall call)
        {
            var key = (call.PaymentId, call.Attempt, call.Kind, call.ActionId);
            bool isKnown = _books.TryGetValue(key, out var entry);
            if (call.IsSync != 0)
            {
                Answer(call, !isKnown ? ConnectorOutcome.NotFound
                    : !IsHealthy && random.OneIn(4) ? ConnectorOutcome.Unknown : entry.Outcome);
                return;
            }

            if (!IsHealthy && random.OneIn(6))
            {
                // The request is lost on its way; sometimes somebody notices.
                if (random.OneIn(2))
                {
                    Answer(call, ConnectorOutcome.Unknown);
                }

                return;
            }

            if (!isKnown)
            {
                if (!IsHealthy && random.OneIn(5))
                {
                    Answer(call, call.IsResumed != 0 ? ConnectorOutcome.Unknown : ConnectorOutcome.Failed);
                    return;
                }

                entry = Enter(call);
                _books.Add(key, entry);
            }

            // The answer is lost, or stays in the network until it is picked: late, out of order, repeated.
            if (IsHealthy || !random.OneIn(5))
            {
                Answer(call, entry.Outcome);
            }
        }

        private (ConnectorOutcome Outcome, long Charged) Enter(in ConnectorCall call)
        {
            if (call.Kind == ConnectorCallKind.Authorize && random.OneIn(6))
            {
                return (ConnectorOutcome.Declined, 0);
            }

            if (call.Kind == ConnectorCallKind.Authorize)
            {
                _approvals.Add(call);
            }

            long amount = (long)call.Amount;
            return (ConnectorOutcome.Approved, call.Kind switch
            {
                ConnectorCallKind.Authorize => call.IsSale != 0 ? amount : 0,
                ConnectorCallKind.Capture => amount,
                ConnectorCallKind.Refund => -amount,
                _ => 0,
            });
        }

        private void Answer(in ConnectorCall call, ConnectorOutcome outcome) =>
            _answers.Add(PaymentsRig.AnswerTo(call, outcome));
    }
}
