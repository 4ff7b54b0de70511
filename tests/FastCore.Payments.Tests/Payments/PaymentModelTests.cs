using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

/// <summary>
/// Random streams against the naive twin: every code, every state, every balance; connector answers in any order,
/// twice, late or missing; crashes with and without a checkpoint in between.
/// </summary>
public sealed class PaymentModelTests
{
    private const ulong NsPerS = 1_000_000_000;
    private const uint WindowS = 100;

    // Ids are drawn from few, so that repetitions, refunds of anything and clashes all come up.
    private const int Ids = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void P2_P7_P9_random_streams_agree_with_the_naive_twin(int seed) => new Run((ulong)seed).Go(1_200);

    private sealed class Run(ulong seed)
    {
        private readonly SeededRandom _random = new(seed);
        private readonly PaymentModel _model = new();
        private readonly List<ConnectorCall> _open = [];
        private readonly HashSet<ulong> _answered = [];
        private readonly List<ConnectorAnswer> _past = [];

        public void Go(int steps)
        {
            // Answers are never overdue here: timers of calls have tests of their own, and the twin knows windows only.
            using PaymentsRig rig = new(new PaymentsOptions
            {
                MerchantsMax = 8,
                OpenPaymentsMax = 4096,
                OpenCallsMax = 4096,
                AnswerTimeoutMs = uint.MaxValue,
                SyncScheduleMs = [uint.MaxValue],
                ResendsMax = 0,
            });
            OpenMerchant(rig, Requests.Merchant(1));
            OpenMerchant(rig, Requests.BankMerchant(2));
            for (int step = 0; step < steps; step++)
            {
                rig.AdvanceMs(_random.Below(3_000UL));
                _model.ExpireUntil(Math.Max(rig.NowNs, rig.Context.Time.Last + 1));
                Step(rig);
                Collect(rig);
                CompareMerchants(rig);
                if (_random.OneIn(100))
                {
                    rig.Checkpoint();
                }

                if (_random.OneIn(60))
                {
                    rig.CrashAndRecover();
                    Assert.All(rig.Calls, call => Assert.Contains(_open, open => open.Call == call.Call));
                    rig.Calls.Clear();
                }
            }

            ComparePayments(rig);
            Assert.Contains(_model.Payments, pair => pair.Value.State == PaymentState.Refunded);
            Assert.Contains(_model.Payments, pair => pair.Value.State == PaymentState.Expired);
            Assert.Contains(_model.Payments, pair => pair.Value.State == PaymentState.PartiallyRefunded);
        }

        private static void Same(PaymentStatus expected, PaymentResult result) => Assert.Equal(expected, result.Code);

        private void OpenMerchant(PaymentsRig rig, CreateMerchant request)
        {
            Same(PaymentStatus.Ok, rig.Run(Operation.CreateMerchants, request));
            _model.Merchants.Add(request.Merchant, new ModelMerchant
            {
                IsBank = request.Connector != 0,
                FeePpm = request.FeePpm,
                FeeFixed = (uint)request.FeeFixed,
                TaxPpm = request.TaxPpm,
                Clearing = request.Prefund,
            });
        }

        private void Step(PaymentsRig rig)
        {
            ulong merchant = 1 + _random.Below(2UL);
            UInt128 id = (UInt128)_random.Between(1, Ids);
            UInt128 actionId = (UInt128)_random.Between(1, 3 * Ids);
            ulong amount = _random.OneIn(3) ? 0 : _random.Below(12_000UL);
            switch (_random.Below(10))
            {
                case 0 or 1 or 2:
                    CreatePayment create = _random.OneIn(3)
                        ? Requests.Payment(id, 100 + _random.Below(40_000UL), merchant)
                        : Requests.ManualPayment(id, 100 + _random.Below(40_000UL), merchant);
                    create.CaptureWindowS = create.Flags == 0 ? 0 : WindowS;
                    create = RepeatOrKeep(rig, create);
                    Same(
                        _model.Create(create, NextNs(rig), WindowS * NsPerS),
                        rig.Run(Operation.CreatePayments, create));
                    break;
                case 3 or 4:
                    PaymentAction capture = Requests.Action(actionId, id, amount, merchant);
                    capture.Flags = _random.OneIn(5) ? PaymentActionFlags.FinalCapture : PaymentActionFlags.None;
                    Same(_model.Capture(capture), rig.Run(Operation.CapturePayments, capture));
                    break;
                case 5 when _random.OneIn(3):
                    PaymentAction release = Requests.Action(actionId, id, 0, merchant);
                    Same(_model.Void(release), rig.Run(Operation.VoidPayments, release));
                    break;
                case 6 or 7:
                    PaymentAction refund = Requests.Action(actionId, id, amount, merchant);
                    Same(_model.Refund(refund), rig.Run(Operation.RefundPayments, refund));
                    break;
                default:
                    AnswerSomething(rig);
                    break;
            }
        }

        // A repeated id mostly carries the content it had, so that duplicates are answered and not only refused.
        private CreatePayment RepeatOrKeep(PaymentsRig rig, CreatePayment create)
        {
            PaymentRecord[] known = rig.Lookup<PaymentRecord, UInt128>(
                Operation.LookupPayments, create.Merchant, create.Id);
            if (known.Length != 0)
            {
                create.Amount = _random.OneIn(4) ? known[0].Amount + 1 : known[0].Amount;
                create.Flags = known[0].Flags;
                create.CaptureWindowS = known[0].CaptureWindowS;
            }

            return create;
        }

        private void AnswerSomething(PaymentsRig rig)
        {
            if (_past.Count != 0 && _random.OneIn(4))
            {
                // A duplicate, and perhaps one that contradicts: nothing may come of it.
                ConnectorAnswer again = _random.Pick(_past);
                Same(PaymentStatus.AnswerIgnored, rig.Run(Operation.ConnectorAnswers, again));
                return;
            }

            if (_open.Count == 0)
            {
                return;
            }

            int index = _random.Below(_open.Count);
            ConnectorCall call = _open[index];
            bool isFirst = _answered.Add(call.Call);
            ConnectorOutcome outcome = _random.Below(8) switch
            {
                0 => ConnectorOutcome.Declined,
                1 => ConnectorOutcome.Failed,
                2 when isFirst => ConnectorOutcome.Unknown,
                _ => ConnectorOutcome.Approved,
            };
            ConnectorAnswer answer = PaymentsRig.AnswerTo(call, outcome);
            bool isAutomatic = call.Kind == ConnectorCallKind.Void && call.ActionId == 0;
            if (isAutomatic && outcome != ConnectorOutcome.Approved)
            {
                return;
            }

            PaymentResult result = rig.Run(Operation.ConnectorAnswers, answer);
            Same(PaymentStatus.Ok, result);
            if (outcome == ConnectorOutcome.Unknown)
            {
                _model.LoseTrack(answer);
                return;
            }

            _open.RemoveAt(index);
            if (!isAutomatic)
            {
                _model.Answer(answer, rig.NowNs, WindowS * NsPerS, routeLength: 3);
                _model.ExpireUntil(rig.NowNs);
            }

            // Approving an attempt that was given up is no duplicate; it has tests of its own.
            if (call.Kind != ConnectorCallKind.Authorize || outcome == ConnectorOutcome.Approved)
            {
                _past.Add(answer);
            }
        }

        private void Collect(PaymentsRig rig)
        {
            while (rig.Calls.TryDequeue(out ConnectorCall call))
            {
                _open.Add(call);
            }
        }

        private static ulong NextNs(PaymentsRig rig) => Math.Max(rig.NowNs, rig.Context.Time.Last + 1);

        private void CompareMerchants(PaymentsRig rig)
        {
            foreach ((ulong number, ModelMerchant expected) in _model.Merchants)
            {
                MerchantRecord actual = rig.Merchant(number);
                Assert.Equal(
                    (expected.Clearing, expected.Receivable, expected.Payable, expected.Fee, expected.Tax,
                        expected.Refund),
                    ((decimal)actual.ClearingBalance, (decimal)actual.ReceivableBalance, (decimal)actual.PayableBalance,
                        (decimal)actual.FeeBalance, (decimal)actual.TaxBalance, (decimal)actual.RefundBalance));
            }
        }

        private void ComparePayments(PaymentsRig rig)
        {
            foreach (((ulong merchant, UInt128 id), ModelPayment expected) in _model.Payments)
            {
                PaymentRecord actual = rig.Payment(merchant, id);
                Assert.Equal(
                    (expected.State, expected.AnswerState, expected.Captured, expected.Refunded, expected.Refunding,
                        expected.Fee, expected.Tax),
                    (actual.State, actual.AnswerState, (decimal)actual.AmountCaptured, (decimal)actual.AmountRefunded,
                        (decimal)actual.AmountRefunding, (decimal)actual.Fee, (decimal)actual.Tax));
            }
        }
    }
}
