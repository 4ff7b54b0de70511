using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Tests;

/// <summary>Says where a reply is not what the model answers.</summary>
internal static class ReplyDifference
{
    /// <returns>Null when both are the same to the byte.</returns>
    public static string? Find(SimulatedRequest request, byte[] expected, ReadOnlySpan<byte> actual)
    {
        if (actual.SequenceEqual(expected))
        {
            return null;
        }

        OperationShape shape = OperationTable.Find(request.Operation)!;
        int index = actual.CommonPrefixLength(expected) / shape.ResultSize;
        ulong book = MemoryMarshal.Read<ulong>(request.Body.AsSpan(Math.Max(shape.KeyOffset, 0)));
        return $"{shape.Name} of book {book}: "
            + $"{actual.Length / shape.ResultSize} results instead of {expected.Length / shape.ResultSize}, "
            + $"first difference at {index}.\nExpected {Result(shape, expected, index)}\n"
            + $"Actual   {Result(shape, actual, index)}\nRequest  {Element(request, shape, index)}";
    }

    private static string Result(OperationShape shape, ReadOnlySpan<byte> reply, int index)
    {
        if (reply.Length < (index + 1) * shape.ResultSize)
        {
            return "nothing";
        }

        ReadOnlySpan<byte> bytes = reply.Slice(index * shape.ResultSize, shape.ResultSize);
        return shape.Operation switch
        {
            Operation.CreateAccounts or Operation.SetupAccounts => Text<CreateAccountResult>(bytes),
            Operation.CreateTransfers => Text<CreateTransferResult>(bytes),
            Operation.LookupAccounts or Operation.QueryAccounts => Text<Account>(bytes),
            Operation.GetAccountBalances => Text<AccountBalance>(bytes),
            Operation.GetBookTotals => Text<BookTotals>(bytes),
            Operation.SumTransfers or Operation.SumAccountTransfers => Text<TransferSum>(bytes),
            Operation.LookupMerchants => Text<MerchantRecord>(bytes),
            Operation.LookupOrders => Text<OrderRecord>(bytes),
            Operation.LookupPayments => Text<PaymentRecord>(bytes),
            Operation.LookupRefunds => Text<RefundRecord>(bytes),
            Operation.HoldBestAvailable => Text<BestSeatsResult>(bytes) + Places(bytes[SeatResult.Size..]),
            (>= Operation.CreateChart and <= Operation.SetForSale) or Operation.EndBookingSteps
                or (>= Operation.OpenWaitingRoom and <= Operation.CloseWaitingRoom) or Operation.MoveToChannel
                or (>= Operation.OpenWaitingList and <= Operation.CloseWaitingList) =>
                Text<SeatResult>(bytes),
            Operation.GetWaitingRoom => Text<WaitingRoomRecord>(bytes),
            Operation.GetWaiting or Operation.ListWaiting => Text<WaitingRecord>(bytes),
            Operation.GetWaitingList => Text<WaitingListRecord>(bytes),
            Operation.GetWaitingListEntry or Operation.ListWaitingList => Text<WaitingListEntry>(bytes),
            Operation.GetChannels => Text<ChannelSeats>(bytes),
            Operation.GetBuyers => Text<BuyerRecord>(bytes),
            Operation.GetHold => Text<HoldRecord>(bytes),
            Operation.GetBooking => Text<BookingRecord>(bytes),
            Operation.GetShow or Operation.ListShows => Text<ShowRecord>(bytes),
            Operation.GetChart => Text<ChartBlock>(bytes),
            Operation.GetSeatMap => Text<SeatMapBlock>(bytes),
            Operation.GetSeatChanges or Operation.AwaitSeatChanges or Operation.SeatHistory => Text<SeatChange>(bytes),
            >= Operation.CreateMerchants => Text<PaymentResult>(bytes),
            _ => Text<Transfer>(bytes),
        };
    }

    private static string Element(SimulatedRequest request, OperationShape shape, int index)
    {
        // A query has one element, a write one for each result.
        int offset = shape.PrefixSize + (shape.Kind == OperationKind.Query ? 0 : index * shape.ElementSize);
        if (offset + shape.ElementSize > request.Body.Length)
        {
            return "nothing";
        }

        ReadOnlySpan<byte> bytes = request.Body.AsSpan(offset);
        return request.Operation switch
        {
            Operation.CreateAccounts or Operation.SetupAccounts => Text<Account>(bytes),
            Operation.CreateTransfers => Text<Transfer>(bytes),
            Operation.GetAccountTransfers or Operation.GetAccountBalances or Operation.SumAccountTransfers =>
                Text<AccountFilter>(bytes),
            Operation.QueryAccounts or Operation.QueryTransfers or Operation.SumTransfers =>
                Text<QueryFilter>(bytes),
            Operation.CreateMerchants => Text<CreateMerchant>(bytes),
            Operation.CreateOrders => Text<CreateOrder>(bytes),
            Operation.CreatePayments => Text<CreatePayment>(bytes),
            Operation.ConnectorAnswers => Text<ConnectorAnswer>(bytes),
            (>= Operation.CapturePayments and <= Operation.RefundPayments) or Operation.FundMerchants =>
                Text<PaymentAction>(bytes),
            Operation.CreateShow => Text<CreateShow>(bytes),
            Operation.CreateChart => Text<ChartBlock>(bytes),
            Operation.HoldSeats => Text<HoldSeats>(bytes) + Places(bytes[40..104]),
            Operation.HoldBestAvailable => Text<HoldBestAvailable>(bytes),
            Operation.HoldGeneralAdmission => Text<HoldGeneralAdmission>(bytes),
            Operation.ExtendHold or Operation.ReleaseHold => Text<HoldChange>(bytes) + Places(bytes[32..96]),
            Operation.BookHeld => Text<BookHeld>(bytes),
            Operation.CancelBooking => Text<CancelBooking>(bytes),
            Operation.SetForSale => Text<SetForSale>(bytes),
            Operation.EndBookingSteps => Text<BookingOutcome>(bytes),
            Operation.MoveToChannel => Text<MoveToChannel>(bytes),
            Operation.OpenWaitingRoom => Text<OpenWaitingRoom>(bytes),
            Operation.DrawWaitingRoom => Text<DrawWaitingRoom>(bytes),
            Operation.EnterWaitingRoom => Text<EnterWaitingRoom>(bytes),
            Operation.JoinWaitingRoom or Operation.LeaveWaitingRoom or Operation.CloseWaitingRoom =>
                Text<WaitingChange>(bytes),
            Operation.OpenWaitingList => Text<OpenWaitingList>(bytes),
            Operation.JoinWaitingList => Text<JoinWaitingList>(bytes),
            Operation.LeaveWaitingList => Text<LeaveWaitingList>(bytes),
            Operation.CloseWaitingList => Text<CloseWaitingList>(bytes),
            >= Operation.GetChart and <= Operation.SeatHistory => Text<SeatFilter>(bytes),
            _ => Convert.ToHexString(bytes[..shape.ElementSize]),
        };
    }

    private static string Places(ReadOnlySpan<byte> bytes) =>
        $", seats {string.Join(' ', MemoryMarshal.Cast<byte, uint>(bytes).ToArray())}";

    private static string Text<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => StructText.Of(MemoryMarshal.Read<T>(bytes));
}
