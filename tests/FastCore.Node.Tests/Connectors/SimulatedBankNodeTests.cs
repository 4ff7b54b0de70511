using FastCore.Node.Connectors;
using FastCore.Node.Flows;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests.Connectors;

/// <summary>
/// A whole node in front of two banks that decline, fail, lose, delay and repeat, all on time that the test moves: in
/// the end the banks' books and the node's tell the same, and nobody was charged twice.
/// </summary>
public sealed class SimulatedBankNodeTests
{
    private const ulong Merchant = 7;
    private const int Payments = 300;
    private const ulong Amount = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ManualClock _clock = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task P16_P17_P18_the_banks_and_the_node_agree_when_everything_has_come_to_rest()
    {
        // The first loses answers and tells the truth when asked; the second answers late and often does not know.
        SimulatedBank[] banks =
        [
            Bank(1, options => options.ReplyLostPpm = 100_000),
            Bank(2, options => (options.ReplyLatePpm, options.SyncUnknownPpm) = (200_000, 600_000)),
        ];
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            Durability = Durability.None,
            Partitions = 1,
            Clock = _clock,
            Connectors = banks,

            // Lost calls keep their worker until the node closes: nothing but the test's own time ends them.
            Flow = new ConnectorFlowOptions
            {
                Workers = 4 * Payments,
                CallTimeoutMs = 3_600_000,
                BreakMinimumCalls = int.MaxValue,
                DrainMs = 1,
            },
            Payments = new PaymentsOptions { AnswerTimeoutMs = 5_000, SyncScheduleMs = [2_000, 5_000, 10_000] },
        });
        await using IFastCoreSession session = node.OpenSession();
        CreateMerchant merchant = Requests.Merchant(Merchant);
        (merchant.Connector, merchant.Fallback1, merchant.Prefund) = (1, 2, 0);
        await Requests.Send<PaymentResult>(session, Operation.CreateMerchants, Requests.Plain(merchant));
        CreatePayment[] payments = [.. Enumerable.Range(1, Payments).Select(PaymentOf)];
        PaymentResult[] accepted = await Requests.Send<PaymentResult>(
            session, Operation.CreatePayments, Requests.Plain<CreatePayment>(payments));
        Assert.All(accepted, result => Assert.Equal(PaymentStatus.Processing, result.Code));

        PaymentRecord[] records = await RunUntil(session, all => all.All(one => one.AnsweredAt != 0));
        PaymentAction[] refunds = [.. records
            .Where(record => record.State == PaymentState.Captured && (int)record.Id % 3 == 0)
            .Select(record => new PaymentAction { Id = record.Id, Merchant = Merchant, PaymentId = record.Id })];
        await Requests.Send<PaymentResult>(session, Operation.RefundPayments, Requests.Plain<PaymentAction>(refunds));

        records = await RunUntil(session, all => all.All(one => Owed(one) == ChargedAtBanks(banks, one)));
        Assert.All(records, record => Assert.Contains(
            record.State, new[] { PaymentState.Captured, PaymentState.Refunded, PaymentState.Failed }));

        // Later still nothing changes any more, whatever else the banks had to tell.
        for (int minute = 0; minute < 3; minute++)
        {
            records = await RunFor(session, TimeSpan.FromMinutes(1));
        }

        Assert.All(records, record => Assert.Equal(ChargedAtBanks(banks, record), Owed(record)));
        MerchantRecord books = (await Requests.Send<MerchantRecord>(
            session, Operation.LookupMerchants, Requests.Prefixed(Merchant, Merchant)))[0];
        Assert.Equal(0, books.RefundBalance);
        Assert.Equal(records.Sum(Owed), (long)books.ReceivableBalance);
        await node.CheckInvariantsAsync();

        // The banks did misbehave: some payments failed over, some were declined, some late approvals were undone.
        Assert.Contains(records, record => record is { State: PaymentState.Captured, Attempt: 2 });
        Assert.Contains(records, record => record.DeclineCode == DeclineCode.IssuerDoNotHonour);
        Assert.Contains(records, record => record.State == PaymentState.Refunded);
        Assert.Contains(
            records,
            record => record.State == PaymentState.Failed
                && banks.Any(bank => bank.ChargeCount(Merchant, record.Id) > 0));
    }

    private static long Owed(PaymentRecord record) => (long)(record.AmountCaptured - record.AmountRefunded);

    private static long ChargedAtBanks(SimulatedBank[] banks, PaymentRecord record) =>
        banks.Sum(bank => bank.ChargedNet(Merchant, record.Id));

    private static CreatePayment PaymentOf(int id)
    {
        CreatePayment payment = Requests.Payment((UInt128)id, Merchant, Amount);
        payment.Connector = id % 2 == 0 ? (ushort)2 : CreatePayment.MerchantRoute;
        return payment;
    }

    private SimulatedBank Bank(ushort number, Action<SimulatedBankOptions> change)
    {
        SimulatedBankOptions options = new()
        {
            Seed = number,
            LatencyMinMs = 5,
            LatencyMaxMs = 400,
            DeclinedPpm = 100_000,
            FailedPpm = 150_000,
            RequestLostPpm = 80_000,
            LateMs = 60_000,
            DuplicatePpm = 150_000,
        };
        change(options);
        return new SimulatedBank(number, options, _time);
    }

    // Time goes on in small steps, the node's and the banks' alike, until the payments look as wanted.
    private async Task<PaymentRecord[]> RunUntil(IFastCoreSession session, Func<PaymentRecord[], bool> isReached)
    {
        using CancellationTokenSource end = new(Patience);
        while (true)
        {
            PaymentRecord[] records = await RunFor(session, TimeSpan.FromMilliseconds(100));
            if (isReached(records))
            {
                return records;
            }

            end.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task<PaymentRecord[]> RunFor(IFastCoreSession session, TimeSpan time)
    {
        for (TimeSpan passed = default; passed < time; passed += TimeSpan.FromMilliseconds(100))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        UInt128[] ids = [.. Enumerable.Range(1, Payments).Select(id => (UInt128)id)];
        return await Requests.Send<PaymentRecord>(
            session, Operation.LookupPayments, Requests.Prefixed<UInt128>(Merchant, ids));
    }
}
