using System.Runtime.InteropServices;

using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

using Xunit;

namespace FastCore.Node.Tests;

public sealed class RequestGateTests
{
    private static readonly Grant OneBook = Grant.Of(
        3, [Operation.CreateTransfers, Operation.CreatePayments], [(10, 19)]);

    [Theory]
    [InlineData(Operation.None, 144, FrameStatus.UnknownOperation)]
    [InlineData((Operation)77, 144, FrameStatus.UnknownOperation)]
    [InlineData((Operation)60_000, 144, FrameStatus.UnknownOperation)]
    [InlineData(Operation.Ping, 1, FrameStatus.UnknownOperation)]
    [InlineData(Operation.ConnectorAnswers, 128, FrameStatus.UnknownOperation)]
    [InlineData(Operation.SetupAccounts, 144, FrameStatus.UnknownOperation)]
    [InlineData(Operation.CreateTransfers, 0, FrameStatus.InvalidBodySize)]
    [InlineData(Operation.CreateTransfers, 16, FrameStatus.InvalidBodySize)]
    [InlineData(Operation.CreateTransfers, 143, FrameStatus.InvalidBodySize)]
    [InlineData(Operation.CreateTransfers, 144, FrameStatus.Ok)]
    [InlineData(Operation.CreateTransfers, 16 + (8189 * 128), FrameStatus.Ok)]
    [InlineData(Operation.CreateTransfers, 16 + (8190 * 128), FrameStatus.InvalidBodySize)]
    [InlineData(Operation.GetAccountTransfers, 144, FrameStatus.Ok)]
    [InlineData(Operation.GetAccountTransfers, 272, FrameStatus.InvalidBodySize)]
    [InlineData(Operation.CreatePayments, 128, FrameStatus.Ok)]
    [InlineData(Operation.CreatePayments, 127, FrameStatus.InvalidBodySize)]
    public void Size_and_operation_are_checked(Operation operation, int bytes, FrameStatus expected)
    {
        byte[] body = new byte[bytes];
        Fill(body, operation, 12);
        Assert.Equal(expected, RequestGate.Check(operation, body, Grant.Full, isInternal: false, out _, out _));
    }

    [Theory]
    [InlineData(0, FrameStatus.InvalidKey)]
    [InlineData(1, FrameStatus.Ok)]
    [InlineData(Limits.BookMax, FrameStatus.Ok)]
    [InlineData(Limits.BookMax + 1, FrameStatus.InvalidKey)]
    [InlineData(ulong.MaxValue, FrameStatus.InvalidKey)]
    public void Keys_have_a_range(ulong key, FrameStatus expected)
    {
        foreach (Operation operation in new[] { Operation.CreateTransfers, Operation.CreatePayments })
        {
            byte[] body = new byte[operation == Operation.CreateTransfers ? 144 : 128];
            Fill(body, operation, key);
            Assert.Equal(expected, RequestGate.Check(operation, body, Grant.Full, isInternal: false, out _, out _));
        }
    }

    [Fact]
    public void The_reserved_word_of_the_prefix_must_be_zero()
    {
        byte[] body = new byte[144];
        Fill(body, Operation.CreateTransfers, 1);
        body[15] = 1;
        Assert.Equal(
            FrameStatus.ReservedNotZero,
            RequestGate.Check(Operation.CreateTransfers, body, Grant.Full, isInternal: false, out _, out _));
    }

    [Theory]
    [InlineData(Operation.CreateTransfers, 10, FrameStatus.Ok)]
    [InlineData(Operation.CreateTransfers, 19, FrameStatus.Ok)]
    [InlineData(Operation.CreateTransfers, 9, FrameStatus.Forbidden)]
    [InlineData(Operation.CreateTransfers, 20, FrameStatus.Forbidden)]
    [InlineData(Operation.CreatePayments, 20, FrameStatus.Forbidden)]
    [InlineData(Operation.LookupTransfers, 10, FrameStatus.Forbidden)]
    public void X19_A_grant_denies_what_it_does_not_name(Operation operation, ulong book, FrameStatus expected)
    {
        OperationShape shape = OperationTable.Find(operation)!;
        byte[] body = new byte[shape.PrefixSize + shape.ElementSize];
        Fill(body, operation, book);
        Assert.Equal(expected, RequestGate.Check(operation, body, OneBook, isInternal: false, out _, out _));
    }

    [Fact]
    public void T13_Flags_of_the_box_office_need_its_right()
    {
        Operation[] operations =
            [Operation.HoldSeats, Operation.HoldBestAvailable, Operation.HoldGeneralAdmission, Operation.BookHeld];
        Grant shop = Grant.Of(1, operations, [(10, 19)]);
        Grant office = Grant.Of(1, operations, [(10, 19)], isBoxOffice: true);
        Assert.True(Grant.Of(1, null, null).AllowsBoxOffice);
        foreach ((Operation operation, int flagsAt, ushort bits) in ((Operation, int, ushort)[])
        [
            (Operation.HoldSeats, 36, 2), (Operation.HoldSeats, 36, 4), (Operation.HoldBestAvailable, 36, 4),
            (Operation.HoldGeneralAdmission, 36, 4), (Operation.BookHeld, 92, 1),
        ])
        {
            OperationShape shape = OperationTable.Find(operation)!;
            byte[] body = new byte[3 * shape.ElementSize];
            Fill(body, operation, 12);
            MemoryMarshal.Write(body.AsSpan((2 * shape.ElementSize) + flagsAt), (ushort)~bits);
            FrameStatus other = Check(shop);
            MemoryMarshal.Write(body.AsSpan((2 * shape.ElementSize) + flagsAt), bits);
            Assert.Equal(FrameStatus.Forbidden, Check(shop));
            Assert.Equal(FrameStatus.Ok, Check(office));
            Assert.Equal(FrameStatus.Ok, Check(Grant.Full));
            body.AsSpan((2 * shape.ElementSize) + flagsAt, 2).Clear();
            Assert.Equal(FrameStatus.Ok, Check(shop));

            // Bits that are not of the box office are judged where elements are, but for the other one of holds by
            // number.
            Assert.Equal(bits is 1 ? FrameStatus.Ok : FrameStatus.Forbidden, other);

            FrameStatus Check(Grant grant) =>
                RequestGate.Check(operation, body, grant, isInternal: false, out _, out _);
        }
    }

    [Fact]
    public void X19_One_foreign_element_forbids_the_whole_request()
    {
        byte[] body = new byte[128 * 100];
        Fill(body, Operation.CreatePayments, 12);
        ulong foreign = 20;
        MemoryMarshal.Write(body.AsSpan((128 * 99) + 16), in foreign);
        Assert.Equal(
            FrameStatus.Forbidden,
            RequestGate.Check(Operation.CreatePayments, body, OneBook, isInternal: false, out _, out _));
    }

    [Theory]
    [InlineData(Operation.QueryTransfers, 10u, 1280)]
    [InlineData(Operation.QueryTransfers, 0u, 0)]
    [InlineData(Operation.QueryTransfers, uint.MaxValue, 8189 * 128)]
    [InlineData(Operation.SumTransfers, uint.MaxValue, 64)]
    public void The_reply_of_a_query_is_bounded_by_its_limit(Operation operation, uint limit, int expected)
    {
        byte[] body = Requests.Prefixed(1, new QueryFilter { Limit = limit });
        Assert.Equal(expected, RequestGate.ReplyMax(OperationTable.Find(operation)!, body, 1));
    }

    private static void Fill(byte[] body, Operation operation, ulong key)
    {
        if (OperationTable.Find(operation) is not { } shape)
        {
            return;
        }

        int step = shape.PrefixSize > 0 ? int.MaxValue : shape.ElementSize;
        for (long offset = shape.KeyOffset; offset + 8 <= body.Length; offset += step)
        {
            MemoryMarshal.Write(body.AsSpan((int)offset), in key);
        }
    }
}
