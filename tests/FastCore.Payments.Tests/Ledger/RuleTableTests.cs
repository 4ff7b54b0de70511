using System.Reflection;
using FastCore.Protocol.Ledger;
using Xunit;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>The rules of accounts and transfers, row by row, and the proof that no result code is left out.</summary>
public sealed class RuleTableTests
{
    // Result codes that no script can produce, with the reason. Empty: every code is reachable.
    private static readonly Dictionary<string, string> Unreachable = [];

    public static TheoryData<string> Rows => new(Scripts().Select(script => script.Name));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Rule_table(string row) =>
        LedgerScript.Run((string)Scripts().Single(script => script.Name == row).GetRawConstantValue()!);

    [Fact]
    public void R7_every_result_code_is_produced_by_some_row()
    {
        HashSet<string> seen = [];
        foreach (FieldInfo script in Scripts())
        {
            seen.UnionWith(LedgerScript.Run((string)script.GetRawConstantValue()!));
        }

        IEnumerable<string> all = Enum.GetValues<CreateAccountStatus>().Select(s => $"account: {LedgerNames.Of(s)}")
            .Concat(Enum.GetValues<CreateTransferStatus>().Select(s => $"transfer: {LedgerNames.Of(s)}"));
        Assert.Empty(all.Except(seen).Except(Unreachable.Keys));
        Assert.Empty(Unreachable.Keys.Intersect(seen));
    }

    private static IEnumerable<FieldInfo> Scripts() =>
        typeof(RuleScripts).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral);
}
