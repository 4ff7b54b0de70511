using System.CommandLine;
using System.Globalization;

using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Node.Verification;
using FastCore.Protocol;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud explain</c>.</summary>
internal sealed class ExplainCommand : CliCommand
{
    private readonly Argument<string> _id = new("TRANSACTION")
    {
        Description = "Id of the transaction, or of the payment; decimal, or hexadecimal behind 0x.",
    };

    private readonly Option<ulong> _merchant = new("--merchant")
    {
        Description = "Its merchant. Without it all of them are looked through.",
        HelpName = "M",
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "Data directory; no process may have it open.",
        HelpName = "DIR",
        Required = true,
    };

    /// <summary>Makes the command.</summary>
    public ExplainCommand(CliConsole console)
        : base(
            console,
            "explain",
            "Say why a past decision was made, and prove it.\n\n" +
            "Executes the journal once more up to the decision, shows its features, the rules that fired, the " +
            "policy and model, and how much each feature added to the margin, and compares every bit with what is " +
            "stored. A difference is exit code 1. Policies are read from the data directory by their hashes.")
    {
        Arguments.Add(_id);
        Options.Add(_merchant);
        Options.Add(_data);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud explain 4711 --merchant 7 --data ./books", "Why was this payment declined?"),
        ("fastcore fraud explain 4711 --data ./books --json | jq .equal", "For scripts; the exit code says the same."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string text = arguments.GetRequiredValue(_id);
        if (WireNumber.TryParse(text, out UInt128 id) != WireNumber.Outcome.Ok)
        {
            throw new CliException(ExitCode.Usage, "usage", $"'{text}' is no id of a transaction.");
        }

        string data = arguments.GetRequiredValue(_data);
        ulong merchant = arguments.GetValue(_merchant);
        DecisionExplanation found = await context.WithProgressAsync(
            "explain",
            1,
            tell => Task.Run(
                () => FraudDirectoryDoor.With(data, directory => Explain(directory, id, merchant, tell)),
                cancellation));
        if (found.Replayed is null)
        {
            throw found.IsJournalWhole
                ? new CliException(
                    ExitCode.CheckFailed, "decision_not_in_journal",
                    $"Transaction {id} has a stored decision, and the journal does not lead to it.")
                : new CliException(
                    ExitCode.CheckFailed, "journal_begins_later",
                    $"Transaction {id} was decided before the newest checkpoint, and retention let the beginning of " +
                    "the journal go: it cannot be computed once more.");
        }

        if (context.Json)
        {
            context.WriteDocument(ExplanationJson.Of(data, found, found.Replayed));
        }
        else
        {
            ExplanationText.Write(context, found, found.Replayed);
        }

        return found.IsEqual ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static DecisionExplanation Explain(
        FraudDirectory directory, UInt128 id, ulong merchant, Action<double> tell)
    {
        try
        {
            merchant = merchant == 0 ? MerchantOf(directory, id) : merchant;
            return DecisionExplainer.Explain(directory, id, merchant, tell)
                ?? throw NotFound($"Merchant {merchant} has no decision about transaction {id}.");
        }
        catch (PolicyRefusedException refused)
        {
            // Stored whole, but this program would not decide as the one that stored it.
            throw new CliException(
                ExitCode.CheckFailed,
                $"policy_{SnakeCase.Of(refused.Mistakes[0].Code.ToString())}",
                $"A policy of the directory is refused by this program: {refused.Mistakes[0]}",
                refused);
        }
    }

    private static ulong MerchantOf(FraudDirectory directory, UInt128 id)
    {
        SortedSet<ulong> merchants = [];
        for (int partition = 0; partition < directory.Partitions; partition++)
        {
            directory.Visit(partition, decisions =>
            {
                foreach (StoredDecision decision in decisions.All().Where(one => one.Record.Id == id))
                {
                    merchants.Add(decision.Record.Merchant);
                }
            });
        }

        return merchants.Count switch
        {
            0 => throw NotFound($"No merchant has a decision about transaction {id}."),
            1 => merchants.Min,
            _ => throw new CliException(
                ExitCode.Usage,
                "merchant_needed",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Several merchants have a transaction {id}: {string.Join(", ", merchants.Take(10))}. ") +
                "Name one with --merchant."),
        };
    }

    private static CliException NotFound(string message) =>
        new(ExitCode.CheckFailed, "transaction_not_found", message);
}
