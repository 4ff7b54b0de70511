using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// Builds results. A result is a function of rows, so the answer to a repetition is built like the first one.
/// </summary>
internal static class PaymentAnswers
{
    /// <summary>A refusal that records nothing.</summary>
    public static PaymentResult Refusal(PaymentStatus status, byte state = 0) => new() { Code = status, State = state };

    /// <summary>A refusal by the state that a payment is in.</summary>
    public static PaymentResult Refusal(PaymentStatus status, PaymentState state) => Refusal(status, (byte)state);

    /// <summary>The first final answer to a payment, or that it is awaited.</summary>
    public static PaymentResult Of(in PaymentRow row, PaymentStatus waiting)
    {
        if (row.AnswerState == PaymentState.None)
        {
            return new PaymentResult { Timestamp = row.CreatedAt, Code = waiting, State = (byte)row.State };
        }

        // Only an answer "captured" told a fee. Such a payment was captured whole, so its fee never changed after.
        bool toldFee = row.AnswerState == PaymentState.Captured;
        return new PaymentResult
        {
            Timestamp = row.AnsweredAt,
            Code = row.AnswerState == PaymentState.Failed ? PaymentStatus.Declined
                : row is { AnswerState: PaymentState.Authorized, Review: not ReviewState.None }
                    ? PaymentStatus.UnderReview
                : PaymentStatus.Ok,
            State = (byte)row.AnswerState,
            DeclineCode = row.AnswerState == PaymentState.Failed ? row.DeclineCode : DeclineCode.None,
            Fee = toldFee ? row.Fee : 0,
            Tax = toldFee ? row.Tax : 0,
        };
    }

    /// <summary>The first final answer to an action, or that it is awaited.</summary>
    public static PaymentResult Of(in ActionRow row, PaymentStatus waiting) => row.State switch
    {
        RefundState.Pending => new PaymentResult
        {
            Timestamp = row.CreatedAt,
            Code = waiting,
            State = (byte)row.AnswerState,
        },
        RefundState.Failed => new PaymentResult
        {
            Timestamp = row.AnsweredAt,
            Code = PaymentStatus.Declined,
            State = (byte)row.AnswerState,
            DeclineCode = row.DeclineCode,
        },
        _ => new PaymentResult
        {
            Timestamp = row.AnsweredAt,
            Code = PaymentStatus.Ok,
            State = (byte)row.AnswerState,
            Fee = row.Fee,
            Tax = row.Tax,
        },
    };

    /// <summary>Marks an answer as given before, unless it is still awaited.</summary>
    public static PaymentResult Repeated(PaymentResult first)
    {
        if (first.Code != PaymentStatus.InProgress)
        {
            first.Flags = PaymentResultFlags.Duplicate;
        }

        return first;
    }
}
