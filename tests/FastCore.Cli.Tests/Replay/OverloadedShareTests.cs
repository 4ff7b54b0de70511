using System.Runtime.InteropServices;
using FastCore.Cli.Cards;
using FastCore.Cli.Replay;
using FastCore.Cli.Terminal;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Cli.Tests.Replay;

public sealed class OverloadedShareTests
{
    private const int Payments = 10;

    [Fact]
    public async Task AShareThatAnOverloadedPartitionRefusedIsSentAgain()
    {
        RefusingSession session = new(FrameStatus.Overloaded, refusals: 3);

        ReplayReport report = await RunAsync(session);

        Assert.Equal((Payments, 0), (report.Accepted, report.Duplicates));
        Assert.Empty(report.Rejected);

        // The first time all, then only the share that was refused.
        Assert.Equal([Payments, Payments / 2, Payments / 2, Payments / 2], session.Sizes);
    }

    [Fact]
    public async Task AShareThatAStoppedPartitionRefusedEndsTheRun()
    {
        RefusingSession session = new(FrameStatus.PartitionStopped, refusals: 1);

        CliException ended = await Assert.ThrowsAsync<CliException>(() => RunAsync(session));

        Assert.Equal(("partition_stopped", ExitCode.Refused), (ended.Code, ended.ExitCode));
    }

    private static async Task<ReplayReport> RunAsync(IFastCoreSession session)
    {
        using MemoryStream input = new();
        using (CardWriter writer = new(input))
        {
            for (uint i = 0; i < Payments; i++)
            {
                writer.Write(new CardTransaction(i, i, 1, i % 2, 100, Fraud: false, Scenario: 0));
            }
        }

        input.Position = 0;
        return await new ReplayRun(session, new ReplaySettings(), "test")
            .RunAsync(new CardReader(input), static () => { }, CancellationToken.None);
    }

    /// <summary>Accepts everything, but refuses the share of merchant 2 so many times.</summary>
    private sealed class RefusingSession(FrameStatus refusal, int refusals) : IFastCoreSession
    {
        private int _refusalsLeft = refusals;

        public List<int> Sizes { get; } = [];

        public ValueTask<Reply> SendAsync(
            Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
        {
            if (operation == Operation.CreatePayments)
            {
                Answer(
                    MemoryMarshal.Cast<byte, CreatePayment>(body.Span),
                    MemoryMarshal.Cast<byte, PaymentResult>(reply.Span));
            }
            else if (operation == Operation.CreateMerchants)
            {
                MemoryMarshal.Cast<byte, PaymentResult>(reply.Span).Fill(new PaymentResult { Code = PaymentStatus.Ok });
            }
            else
            {
                MemoryMarshal.Cast<byte, BookTotals>(reply.Span).Fill(new BookTotals { Balanced = 1 });
            }

            return ValueTask.FromResult(new Reply(FrameStatus.Ok, reply.Length, 0));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private void Answer(ReadOnlySpan<CreatePayment> payments, Span<PaymentResult> results)
        {
            Sizes.Add(payments.Length);
            bool refuses = _refusalsLeft-- > 0;
            for (int i = 0; i < payments.Length; i++)
            {
                results[i] = refuses && payments[i].Merchant == 2
                    ? new PaymentResult { Code = (PaymentStatus)refusal }
                    : new PaymentResult { Code = PaymentStatus.Ok };
            }
        }
    }
}
