using System.Runtime.InteropServices;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Domains;
using Xunit;

namespace FastCore.Simulation.Tests.Payments;

/// <summary>Engines that are wrong on purpose: each must be found, or the comparison proves nothing.</summary>
public sealed class PaymentsControlTests
{
    private const int ElementsAtMost = 20_000;
    private const int SeedsAtMost = 4;

    public static TheoryData<string> Names => [.. Twins.Keys];

    private static Dictionary<string, Func<PaymentsSettings>> Twins { get; } = new()
    {
        ["windows end a second late"] = () => With(options => options.CaptureWindowS++),
        ["answers are awaited a millisecond longer"] = () => With(options => options.AnswerTimeoutMs++),
        ["status questions are asked a millisecond late"] =
            () => With(options => options.SyncScheduleMs = [500, 1_001, 2_500]),
        ["one question more than allowed"] = () => With(options => options.SyncScheduleMs = [500, 1_000, 2_500, 2_500]),
        ["one resend more than allowed"] = () => With(options => options.ResendsMax++),
        ["room for one merchant more"] = () => Small(options => options.MerchantsMax++),
        ["room for one payment more"] = () => Small(options => options.OpenPaymentsMax++),
        ["room for one call more"] = () => Small(options => options.OpenCallsMax++),
        ["payments are not known again"] = ForgettingPayments,
        ["refunds give one unit more"] = () => Changing<PaymentAction>(Operation.RefundPayments, static request =>
        {
            request.Amount += request.Amount is 0 or PaymentLimits.AmountMax ? 0 : 1UL;
            return request;
        }),
        ["final captures keep the rest"] = () => Changing<PaymentAction>(Operation.CapturePayments, static request =>
        {
            request.Flags &= ~PaymentActionFlags.FinalCapture;
            return request;
        }),
        ["declines are taken for failures"] = () => Changing<ConnectorAnswer>(
            Operation.ConnectorAnswers,
            static answer =>
            {
                bool isDeclined = answer.Outcome == ConnectorOutcome.Declined;
                answer.Outcome = isDeclined ? ConnectorOutcome.Failed : answer.Outcome;
                return answer;
            }),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_engine_is_found(string twin)
    {
        for (ulong seed = 7; seed < 7UL + SeedsAtMost; seed++)
        {
            using PaymentsRun run = new(seed, Twins[twin]());
            if (run.Go(ElementsAtMost) is not null)
            {
                return;
            }
        }

        Assert.Fail($"Not found in {SeedsAtMost} runs of {ElementsAtMost} elements: {twin}.");
    }

    private static PaymentsSettings With(Action<PaymentsOptions> change)
    {
        PaymentsSettings settings = new();
        change(settings.EnginePayments);
        return settings;
    }

    private static PaymentsSettings Small(Action<PaymentsOptions> change)
    {
        PaymentsSettings settings = PaymentsSettings.Small();
        change(settings.EnginePayments);
        return settings;
    }

    private static PaymentsSettings Changing<T>(Operation operation, Func<T, T> change)
        where T : unmanaged => new()
        {
            Tamper = request =>
            {
                if (request.Operation != operation)
                {
                    return request;
                }

                T[] elements = MemoryMarshal.Cast<byte, T>(request.Body).ToArray();
                return request with
                {
                    Body = MemoryMarshal.AsBytes<T>(Array.ConvertAll(elements, one => change(one))).ToArray(),
                };
            },
        };

    // Every second payment of an id comes to the engine as a new one.
    private static PaymentsSettings ForgettingPayments()
    {
        HashSet<(ulong, UInt128)> seen = [];
        return Changing<CreatePayment>(Operation.CreatePayments, request =>
        {
            bool isNew = seen.Add((request.Merchant, request.Id)) || request.Id == 0 || request.Id > ulong.MaxValue;
            request.Id += isNew ? 0 : UInt128.One << 80;
            return request;
        });
    }
}
