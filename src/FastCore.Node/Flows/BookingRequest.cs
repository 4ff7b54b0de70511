using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Seats.Shows;

namespace FastCore.Node.Flows;

/// <summary>The bytes of one request of bookings; every request has the same room.</summary>
/// <param name="attempts">Where the attempts of batches lie.</param>
/// <param name="countMax">Attempts of a batch at most.</param>
internal sealed class BookingRequest(BookingAttempts attempts, int countMax)
{
    private readonly byte[] _room = new byte[countMax * CreatePayment.Size];

    /// <summary>A batch's bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> BodyOf(in BookingBatch batch)
    {
        switch (batch.Operation)
        {
            case Operation.CreatePayments:
                Span<CreatePayment> payments = Room<CreatePayment>(batch.Count);
                for (int i = 0, place = batch.First; i < payments.Length; place = attempts[place].Next, i++)
                {
                    Write(out payments[i], in attempts[place].Call);
                }

                return MemoryMarshal.AsBytes(payments);
            case Operation.RefundPayments:
                Span<PaymentAction> refunds = Room<PaymentAction>(batch.Count);
                for (int i = 0, place = batch.First; i < refunds.Length; place = attempts[place].Next, i++)
                {
                    Write(out refunds[i], in attempts[place].Call);
                }

                return MemoryMarshal.AsBytes(refunds);
            default:
                ref readonly BookingCall call = ref attempts[batch.First].Call;
                Span<byte> question = Room<byte>(BookPrefix.Size + Unsafe.SizeOf<UInt128>());
                MemoryMarshal.Write(question, new BookPrefix { Book = call.Merchant });
                MemoryMarshal.Write(question[BookPrefix.Size..], call.Id);
                return question;
        }
    }

    private static void Write(out CreatePayment payment, in BookingCall call) => payment = new CreatePayment
    {
        Id = call.Id,
        Merchant = call.Merchant,
        Amount = call.Amount,
        Card = call.Card,

        // A booking of this id in another show of the merchant is not paid by this one's payment.
        UserData64 = call.Show,
        UserData128 = call.UserData128,
        Currency = call.Currency,
        Connector = call.Connector,
        Method = call.Method,
        Terminal = call.Terminal,
        Device = call.Device,
    };

    private static void Write(out PaymentAction refund, in BookingCall call) => refund = new PaymentAction
    {
        Id = call.Id,
        Merchant = call.Merchant,
        PaymentId = call.Id,
        UserData64 = call.UserData64,
    };

    private Span<T> Room<T>(int count)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_room.AsSpan())[..count];
}
