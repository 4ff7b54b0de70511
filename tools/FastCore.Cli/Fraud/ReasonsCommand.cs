using System.CommandLine;
using System.Globalization;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using Spectre.Console;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud reasons</c>.</summary>
internal sealed class ReasonsCommand : ConnectedFraudCommand
{
    private readonly Argument<string> _id = new("TRANSACTION")
    {
        Description = "Id of the transaction, or of the payment; decimal, or hexadecimal behind 0x.",
    };

    private readonly Option<ulong> _merchant = new("--merchant")
    {
        Description = "Its merchant.",
        HelpName = "M",
        Required = true,
    };

    /// <summary>Makes the command.</summary>
    public ReasonsCommand(CliConsole console)
        : base(
            console,
            "reasons",
            "How much each feature added to the margin of a decision, asked of a running node.\n\n" +
            "Computed from the features and the model that decided, which are kept, so the answer is the same " +
            "whenever it is asked. 'fastcore fraud explain' proves a decision from the journal of a directory " +
            "that nobody has open.",
            "allow explain_decision and the merchant's book")
    {
        Arguments.Add(_id);
        Options.Add(_merchant);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud reasons 4711 --merchant 7 --connect 127.0.0.1:7040", "Why was this payment declined?"),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult arguments, CliContext context, EngineDoor door)
    {
        string text = arguments.GetRequiredValue(_id);
        if (WireNumber.TryParse(text, out UInt128 id) != WireNumber.Outcome.Ok)
        {
            throw new CliException(ExitCode.Usage, "usage", $"'{text}' is no id of a transaction.");
        }

        ulong merchant = arguments.GetRequiredValue(_merchant);
        ReasonRecord[] reasons = new ReasonRecord[1_024];
        Reply reply = await door.Session.ExplainDecisionAsync(
            merchant, new ReasonFilter { Id = id, Limit = (uint)reasons.Length }, reasons);
        FrameStatusText.ThrowUnlessOk(reply);
        reasons = reasons[..reply.CountOf<ReasonRecord>()];
        FraudStatus outcome = reasons.Length > 0 ? reasons[0].Code : FraudStatus.TransactionNotFound;
        if (outcome != FraudStatus.Ok)
        {
            string code = SnakeCase.Of(outcome.ToString());
            throw new CliException(
                ExitCode.CheckFailed, code,
                $"There are no reasons for transaction {id} of merchant {merchant}: {MeaningOf(outcome)}");
        }

        if (context.Json)
        {
            return WriteRows(context, "reasons", Operation.ExplainDecision, reasons);
        }

        Write(context, reasons);
        return ExitCode.Ok;
    }

    private static string MeaningOf(FraudStatus outcome) => outcome switch
    {
        FraudStatus.NotConfigured =>
            "this node scores nothing, since it was started without --fraud-policy and without Fraud settings.",
        FraudStatus.TransactionNotFound => "none of this id was scored or screened for this merchant.",
        FraudStatus.NoModelDecided => "no model took part; rules decided, which the decision names.",
        FraudStatus.PolicyForgotten => "the policy that decided is not kept any more.",
        FraudStatus.ModelWithoutReasons => "the model that decided cannot be taken apart.",
        _ => SnakeCase.Of(outcome.ToString()) + ".",
    };

    private static void Write(CliContext context, ReasonRecord[] reasons)
    {
        PolicyHash model = reasons[0].Model;
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"margin {reasons[0].Margin:R} = bias {reasons[0].Contribution:R} and what follows; policy version "
            + $"{reasons[0].PolicyVersion}, model {Convert.ToHexStringLower(model)}"));
        Table table = new Table().Border(TableBorder.Simple).AddColumns("feature", "value", "added");
        foreach (ReasonRecord reason in reasons.Skip(1))
        {
            table.AddTextRow(
            [
                FieldText.Of(reason.Name),
                float.IsNaN(reason.Value) ? "missing" : reason.Value.ToString("G9", CultureInfo.InvariantCulture),
                reason.Contribution.ToString("+0.0000;-0.0000;0", CultureInfo.InvariantCulture),
            ]);
        }

        context.Say(table);
    }
}
