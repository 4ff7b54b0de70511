using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Time;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit;

namespace FastCore.Payments.Tests.Payments;

public sealed class PaymentAllocationTests
{
    private const int BatchSize = 1_000;

    [Fact]
    public void P3_an_instant_payment_allocates_nothing()
    {
        using MemoryPartitionStorage storage = new(0, keepJournal: false);
        PartitionContext context = new(storage, new EventClock(), new EffectQueue());
        using LedgerAndPayments machine = new(context, new PaymentsOptions { MerchantsMax = 1024 });
        byte[] reply = new byte[BatchSize * PaymentResult.Size];
        CreateMerchant[] merchants = [.. Enumerable.Range(1, 100).Select(number =>
        {
            CreateMerchant merchant = Requests.Merchant((ulong)number);
            merchant.Prefund = 1UL << 50;
            merchant.RatePerS = 1_000_000;
            merchant.RateBurst = 1_000_000;
            return merchant;
        })];
        Run(context, machine, Operation.CreateMerchants, MemoryMarshal.AsBytes(merchants.AsSpan()), reply);

        CreatePayment[] payments = new CreatePayment[BatchSize];
        ulong id = 0;
        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < payments.Length; i++)
            {
                payments[i] = Requests.Payment(++id, 10_000, (id % 100) + 1);
            }

            Run(context, machine, Operation.CreatePayments, MemoryMarshal.AsBytes(payments.AsSpan()), reply);
        });
        Assert.All(
            MemoryMarshal.Cast<byte, PaymentResult>(reply).ToArray(),
            result => Assert.Equal(PaymentStatus.Ok, result.Code));
        Assert.Equal(0, allocated);
        Assert.Null(machine.CheckInvariants());
    }

    private static void Run(
        PartitionContext context, LedgerAndPayments machine, Operation operation, ReadOnlySpan<byte> body, byte[] reply)
    {
        CommandHeader header = new()
        {
            Operation = (ushort)operation,
            Length = (uint)(CommandHeader.Size + body.Length),
        };
        context.Time.BeginBatch(context.Time.Last + 1_000_000);
        machine.BeginBatch();
        machine.Prefetch(header, body);
        machine.CompletePrefetch();
        machine.FireTimers();
        machine.Execute(header, body, reply);
    }
}
