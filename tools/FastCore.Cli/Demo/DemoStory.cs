using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Cards;
using FastCore.Cli.Doors;
using FastCore.Cli.Repl;
using FastCore.Cli.Replay;
using FastCore.Cli.Terminal;
using FastCore.Cli.Verify;
using FastCore.Cli.Wire;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Payments;

namespace FastCore.Cli.Demo;

/// <summary>The steps of the demonstration. Each says what it does, does it, and checks what came out.</summary>
internal sealed class DemoStory
{
    private const string Shop = "merchant=900000";
    private const string SmallPayment = $"create_payments {Shop} id=2 amount=2500 currency=356 card=42";

    private readonly CliContext _context;
    private readonly DoorSettings _settings;
    private readonly string _directory;
    private string _firstAnswer = "";

    /// <summary>Makes the story.</summary>
    /// <param name="context">Where it is told.</param>
    /// <param name="directory">Data directory to make.</param>
    public DemoStory(CliContext context, string directory)
    {
        _context = context;
        _directory = directory;
        _settings = new DoorSettings { DataDirectory = directory, Partitions = 1, FraudPolicy = FraudDoor.Shipped };
    }

    /// <summary>Whether every check held so far.</summary>
    public bool IsOk { get; private set; } = true;

    /// <summary>What happened, for the document.</summary>
    public JsonArray Steps { get; } = [];

    /// <summary>Tells it from the beginning to the end.</summary>
    public async Task TellAsync(CancellationToken cancellation)
    {
        await using (EngineDoor door = await EngineDoor.OpenAsync(_settings, cancellation))
        {
            Begin("replay", "Card payments of a month: every terminal is a merchant with its own double-entry book. " +
                "Each payment is scored by the model that comes along before its money moves; what was fraud is told " +
                "a week later.");
            ReplayReport report = await ReplayAsync(door, cancellation);
            report.WriteTo(_context);
            Check("every transaction is accepted, held for review or declined, and every book balances",
                report.Accepted + report.UnderReview + report.Rejected.GetValueOrDefault(PaymentStatus.Declined)
                    == report.Transactions && report.Conservation!.IsBalanced && report.BadLineCount == 0);
            Check("more than a third of the fraud was held or declined, and most of what was so was fraud",
                report.Scores!.Stopped is { Recall: > 1 / 3.0, Precision: > 0.5 });
            End(report.ToJson());

            await CaptureByHandAsync(door.Session);
            await RefundAsync(door.Session);
            await SendTwiceAsync(door.Session);
            await SellSeatsAsync(door.Session);
        }

        await using (EngineDoor door = await EngineDoor.OpenAsync(_settings, cancellation))
        {
            await AskAgainAsync(door, cancellation);
        }

        Prove();
    }

    private static async Task<ReplayReport> ReplayAsync(EngineDoor door, CancellationToken cancellation)
    {
        using CardInput input = CardInput.OpenShipped();
        ReplayRun run = new(door.Session, new ReplaySettings { Scored = true }, input.Name);
        return await run.RunAsync(new CardReader(input.Content), static () => { }, cancellation);
    }

    private async Task CaptureByHandAsync(IFastCoreSession session)
    {
        Begin("manual capture", "Authorize 100.00 now, capture 60.00 when it ships, and let the rest go.");
        await RunAsync(session, $"create_merchants {Shop} currency=356 fee_ppm=20000 tax_ppm=180000 prefund=10000000");
        JsonObject authorized = await RunAsync(
            session, $"create_payments {Shop} id=1 amount=10000 currency=356 card=42 flags=manual_capture");
        JsonObject captured = await RunAsync(
            session, $"capture_payments {Shop} id=1 payment_id=1 amount=6000 flags=final_capture");
        Check("the payment is authorized, then captured",
            Is(authorized, "state", "authorized") && Is(captured, "code", "ok"));
        JsonObject payment = await RunAsync(session, "lookup_payments book=900000 id=1");
        Check("60.00 are captured; fee 2 % = 1.20, tax 18 % of it = 0.22",
            Is(payment, "amount_captured", "6000") && Is(payment, "fee", "120") && Is(payment, "tax", "22"));
        End(payment);
    }

    private async Task RefundAsync(IFastCoreSession session)
    {
        Begin("refund", "Give back 20.00, then try to give back more than was captured.");
        JsonObject refunded = await RunAsync(session, $"refund_payments {Shop} id=1 payment_id=1 amount=2000");
        JsonObject tooMuch = await RunAsync(session, $"refund_payments {Shop} id=2 payment_id=1 amount=5000");
        Check("the first is done, the second is refused",
            Is(refunded, "code", "ok") && Is(tooMuch, "code", "exceeds_captured"));
        End(tooMuch);
    }

    private async Task SendTwiceAsync(IFastCoreSession session)
    {
        Begin("same id twice", "A client that lost the answer sends the payment again; another one makes a mistake.");
        JsonObject first = await RunAsync(session, SmallPayment);
        JsonObject again = await RunAsync(session, SmallPayment);
        JsonObject other = await RunAsync(session, SmallPayment.Replace("2500", "9900", StringComparison.Ordinal));
        _firstAnswer = Essence(first);
        Check("the first answer comes again, marked duplicate; other content is refused with the field that differs",
            Essence(again) == _firstAnswer && Is(again, "flags", "duplicate") &&
            Is(other, "code", "exists_with_different_amount"));
        End(again);
    }

    private async Task SellSeatsAsync(IFastCoreSession session)
    {
        Begin("on-sale", $"{DemoSale.Buyers} buyers want the best seats of a cinema: . free, o held, # booked.");
        DemoSale sale = new(session);
        await sale.OpenAsync();
        List<UInt128> holds = await sale.HoldAsync();
        Say($"  {holds.Count} hold seats side by side, {sale.TurnedAway} are turned away:");
        await DrawAsync(sale);
        int booked = await sale.SettleAsync(holds);
        Say($"  every third pays, every third gives back; {booked} bookings are confirmed:");
        await DrawAsync(sale);
        Check("no seat went to two buyers", sale.DoubleBooked == 0 && holds.Count != 0);
        Check(
            "the map that followed the changes is the engine's, and the merchant has what the booked seats cost",
            booked == (holds.Count + 2) / 3 && await sale.AgreesAsync());
        End(new JsonObject { ["capacity"] = sale.Capacity, ["holds"] = holds.Count, ["booked"] = booked });
    }

    private async Task DrawAsync(DemoSale sale)
    {
        foreach (string row in await sale.DrawAsync())
        {
            Say("  " + row);
        }
    }

    private async Task AskAgainAsync(EngineDoor door, CancellationToken cancellation)
    {
        Begin("restart", "Stop the engine, open its directory again, and ask the same things.");
        JsonObject again = await RunAsync(door.Session, SmallPayment);
        ReplayReport report = await ReplayAsync(door, cancellation);
        Say(string.Create(CultureInfo.InvariantCulture,
            $"  the whole file again: {report.Accepted} accepted, {report.Duplicates:N0} known already"));
        Check("the answer of before the restart comes again, and the file changes nothing",
            Essence(again) == _firstAnswer && !report.Changed && report.Duplicates == report.Transactions &&
            report.Conservation!.IsBalanced);
        End(report.ToJson());
    }

    private void Prove()
    {
        Begin("verify", "Read every journal entry, check checksums and hash chain, replay all, compare.");
        VerificationReport report = VerifyCommand.Verify(_directory);
        foreach (PartitionVerification found in report.Partitions)
        {
            Say($"  partition {found.Partition}: {found.Commands} commands in {found.LastSequence} entries, " +
                $"chain head {found.ChainHead[..Math.Min(16, found.ChainHead.Length)]}…");
        }

        Check("the directory is sound", report.IsSound);
        End(VerifyCommand.ToJson(_directory, report));
    }

    // Every command is one that can be typed into the session; the story shows it as it would be typed.
    private async Task<JsonObject> RunAsync(IFastCoreSession session, string line)
    {
        ReplRequest request = ReplParser.Parse(line);
        byte[] results = new byte[request.ReplySize];
        Reply reply = await session.SendAsync(request.Operation.Shape.Operation, request.Body, results);
        FrameStatusText.ThrowUnlessOk(reply);
        if (reply.Length == 0)
        {
            throw new CliException(ExitCode.Refused, "nothing_found", $"Nothing was found: {line}");
        }

        JsonObject result = WireJson.ResultOf(request.Operation, results.AsSpan(0, request.Operation.Shape.ResultSize));
        string answer = string.Join(' ', WireJson.TextOf(result).Split(' ').Where(word =>
            !word.EndsWith("=0", StringComparison.Ordinal) && !word.EndsWith("=none", StringComparison.Ordinal)));
        Say($"  > {line}");
        Say($"    {answer}");
        return result;
    }

    private void Begin(string step, string what)
    {
        Say("");
        Say($"{Steps.Count + 1}. {step}: {what}");
        Steps.Add((JsonNode)new JsonObject { ["step"] = step, ["what"] = what, ["checks"] = new JsonArray() });
    }

    private void Check(string what, bool holds)
    {
        IsOk &= holds;
        Say($"  {(holds ? "ok:" : "DOES NOT HOLD:")} {what}");
        Steps[^1]!["checks"]!.AsArray().Add((JsonNode)new JsonObject { ["check"] = what, ["ok"] = holds });
    }

    private void End(JsonObject result) => Steps[^1]!["result"] = result;

    // In a document the story is told by its steps; beside it nothing is said.
    private void Say(string line)
    {
        if (!_context.Json)
        {
            _context.Say(line);
        }
    }

    private static bool Is(JsonObject result, string field, string value) => result[field]?.ToString() == value;

    private static string Essence(JsonObject result) =>
        $"{result["code"]} {result["timestamp"]} {result["state"]} {result["fee"]} {result["tax"]}";
}
