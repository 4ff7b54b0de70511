using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Tests.Models;
using Xunit;

namespace FastCore.Fraud.Tests.Policies;

/// <summary>Policies that are refused: every mistake has its code, its place and a sentence.</summary>
public sealed class PolicyMistakeTests
{
    private const string Model = "\"file\": \"depth6.json\", \"vectors\": \"depth6.vectors\"";

    // Code, and a policy in which a ^ marks the place of the mistake.
    public static TheoryData<string, string> Rows => new()
    {
        { "NotJson", "{ \"version\": 1, ^}" },
        { "NotJson", "{ \"version\": 1, \"rules\": [], " + PolicyRig.Rest + " ^x" },
        { "NotJson", "^" },
        { "WrongType", "^[1]" },
        { "WrongType", "{ \"version\": 1, \"models\": ^[], " + PolicyRig.Rest },
        { "WrongType", "{ \"version\": 1, \"models\": { \"champion\": ^\"m.json\" }, " + PolicyRig.Rest },
        { "WrongType", "{ \"version\": 1, \"models\": { \"shadows\": ^{} }, " + PolicyRig.Rest },
        { "WrongType", "{ \"version\": 1, \"rules\": [ ^1 ], " + PolicyRig.Rest },
        { "WrongType", Change("\"payments\": false", "\"payments\": ^\"no\"") },
        { "WrongType", Change("\"open\"", "^null") },
        { "UnknownField", "{ \"version\": 1, ^\"colour\": {\"a\":[1]}, " + PolicyRig.Rest },
        { "UnknownField", "{ ^\"features\": \"\", \"version\": 1, " + PolicyRig.Rest },
        { "UnknownField", Change("\"review\": 0.5", "\"review\": 0.5, ^\"approve\": 0.1") },
        {
            "UnknownField",
            "{ \"version\": 1, \"models\": { \"champion\": {" + Model + ", ^\"percent\": 1 } }, " + PolicyRig.Rest
        },
        { "RepeatedField", "{ \"version\": 1, ^\"version\": 2, " + PolicyRig.Rest },
        { "RepeatedField", Change("\"review\": 0.5", "\"review\": 0.5, ^\"review\": 0.6") },
        {
            "RepeatedField",
            Change("0.9 }", "0.9, \"merchants\": { \"7\": {\"review\":0,\"decline\":1}, ^\"7\":"
                + " {\"review\":0,\"decline\":1} } }")
        },
        { "RepeatedField", "{ \"version\": 1, \"rules\": [ \"lists.rules\", ^\"lists.rules\" ], " + PolicyRig.Rest },
        { "MissingField", "^{ " + PolicyRig.Rest },
        { "MissingField", Change("{ \"review\": 0.5, ", "^{ ") },
        {
            "MissingField",
            "{ \"version\": 1, \"models\": { \"champion\": ^{ \"file\": \"depth6.json\" } }, " + PolicyRig.Rest
        },
        { "BadValue", "{ \"version\": ^0, " + PolicyRig.Rest },
        { "BadValue", "{ \"version\": ^1.5, " + PolicyRig.Rest },
        { "BadValue", "{ \"version\": ^\"1\", " + PolicyRig.Rest },
        { "BadValue", "{ \"version\": ^18446744073709551616, " + PolicyRig.Rest },
        { "BadValue", Change("0.9", "^1.01") },
        { "BadValue", Change("0.5", "^-0.1") },
        { "BadValue", Change("0.5", "^1e999") },
        { "BadValue", Change("\"closed\"", "^\"shut\"") },
        { "BadValue", Change("\"closed\"", "^\"\\ud800\"") },
        { "BadValue", Change("0.9 }", "0.9, \"merchants\": { ^\"shop\": {\"review\":0,\"decline\":1} } }") },
        { "BadValue", Change("0.9 }", "0.9, \"merchants\": { ^\"0\": {\"review\":0,\"decline\":1} } }") },
        { "BadValue", Change("0.9 }", "0.9, \"merchants\": { ^\"07\": {\"review\":0,\"decline\":1} } }") },
        { "BadValue", Challenger("\"percent\": ^101") },
        { "ReviewAboveDecline", Change("{ \"review\": 0.5", "^{ \"review\": 0.95") },
        { "ReviewAboveDecline", Change("0.9 }", "0.9, \"merchants\": { \"7\": ^{\"review\":1,\"decline\":0} } }") },
        {
            "ChallengerWithoutChampion",
            "{ \"version\": 1, \"models\": { \"challenger\": ^{" + Model + ", \"percent\": 1 } }, " + PolicyRig.Rest
        },
        {
            "TooManyShadows",
            "{ \"version\": 1, \"models\": { \"shadows\": ^[" + string.Join(',', Enumerable.Repeat("{" + Model
                + "}", 5)) + "] }, " + PolicyRig.Rest
        },
        { "BadFileName", Rules("^\"../lists.rules\"") },
        { "BadFileName", Rules("^\"rules/../../lists.rules\"") },
        { "BadFileName", Rules("^\"/etc/passwd\"") },
        { "BadFileName", Rules("^\"C:/lists.rules\"") },
        { "BadFileName", Rules("^\"rules\\\\lists.rules\"") },
        { "BadFileName", Rules("^\"./lists.rules\"") },
        { "BadFileName", Rules("^\"rules//lists.rules\"") },
        { "BadFileName", Rules("^\"\"") },
        { "BadFileName", Rules("^\"lists.rules\\n\"") },
        { "WrongType", "{ \"version\": 1, \"models\": ^\"\\b8\", " + PolicyRig.Rest },
        { "BadFileName", Rules("^\"" + new string('x', 257) + "\"") },
        { "FileMissing", Rules("^\"other.rules\"") },
        {
            "FileMissing",
            "{ \"version\": 1, \"models\": { \"champion\": { \"file\": ^\"no.json\", \"vectors\":"
                + " \"depth6.vectors\" } }, " + PolicyRig.Rest
        },
        {
            "ModelRefused",
            "{ \"version\": 1, \"models\": { \"champion\": { \"file\": ^\"lists.rules\", \"vectors\":"
                + " \"depth6.vectors\" } }, " + PolicyRig.Rest
        },
        {
            "BadVectors",
            "{ \"version\": 1, \"models\": { \"champion\": { \"file\": \"depth6.json\", \"vectors\":"
                + " ^\"depth6.json\" } }, " + PolicyRig.Rest
        },
        {
            "VectorsDiffer",
            "{ \"version\": 1, \"models\": { \"champion\": { \"file\": \"depth6.json\", \"vectors\":"
                + " ^\"m/depth3.vectors\" } }, " + PolicyRig.Rest
        },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void F4_Mistake_IsNamedWithItsPlace(string code, string marked)
    {
        int at = marked.IndexOf('^');
        PolicyMistake mistake = Assert.Single(new PolicyRig().Mistakes(marked.Remove(at, 1)));
        Assert.Equal(code, mistake.Code.ToString());
        Assert.Equal(marked[..at].Count(c => c == '\n') + 1, mistake.Line);
        Assert.Equal(at - (at == 0 ? -1 : marked.LastIndexOf('\n', at - 1)), mistake.Column);
        Assert.EndsWith(".", mistake.Sentence);
        Assert.StartsWith($"line {mistake.Line}, column {mistake.Column}: ", mistake.ToString());
        Assert.DoesNotContain(mistake.ToString(), char.IsControl);
    }

    [Fact]
    public void EveryCode_IsProducedByATest()
    {
        IEnumerable<string> produced = Rows.Select(row => (string)row[0]).Concat(
        [
            "NotUtf8", "FileTooLarge", "TooManyMerchants", "OtherContent", "OtherFeatures", "NotCanonical",
            "ModelColumns", "RulesRefused", "RuleTestFailed", "TooManyMistakes",
        ]);
        Assert.Empty(Enum.GetNames<PolicyMistakeCode>().Except(produced));
    }

    [Fact]
    public void F4_AllMistakes_AreToldAtOnce()
    {
        PolicyRig rig = new();
        rig.Files["bad.rules"] = Encoding.UTF8.GetBytes(
            "rule \"r\": review if f77 > 1\nrule \"s\": review if f1 > 1h\n");
        IReadOnlyList<PolicyMistake> mistakes = rig.Mistakes("""
            { "version": 0, "models": {
              "champion": { "file": "no.json", "vectors": "../x" },
              "shadows": [ { "file": "depth6.json", "vectors": "m/depth3.vectors" } ] },
              "rules": [ "bad.rules", 5 ],
              "thresholds": { "review": 2, "decline": 0.9 },
              "failure": { "features": "open" }, "extra": 1 }
            """);
        Assert.Equal(
            [
                "1:MissingField", "1:BadValue", "2:FileMissing", "2:BadFileName", "3:VectorsDiffer", "4:WrongType",
                "5:BadValue", "6:MissingField", "6:UnknownField", "1:RulesRefused", "2:RulesRefused",
            ],
            mistakes.Select(mistake => $"{mistake.Line}:{mistake.Code}"));
        Assert.All(mistakes.TakeLast(2), mistake => Assert.Equal("bad.rules", mistake.Path));
        PolicyRefusedException refused = new(mistakes);
        Assert.Equal(mistakes.Count, refused.Message.Split('\n').Length);
    }

    [Fact]
    public void F4_ModelsThatAreThereTwice_AreToldInsideTheFile()
    {
        IReadOnlyList<PolicyMistake> mistakes = new PolicyRig().Mistakes(
            "{ \"version\": 1, \"models\": { \"challenger\": { " + Model + ", \"percent\": 5 } },\n\"models\": {}, "
            + PolicyRig.Rest);
        Assert.Contains(mistakes, mistake => mistake.Code == PolicyMistakeCode.RepeatedField && mistake.Line == 2);
        Assert.Single(mistakes, mistake => mistake.Code == PolicyMistakeCode.ChallengerWithoutChampion);
        Assert.All(mistakes, mistake => Assert.True(mistake.Path.Length > 0 || mistake.Line > 0, mistake.ToString()));
    }

    [Fact]
    public void F4_FailedTestBesideARule_RefusesThePolicy()
    {
        PolicyRig rig = new();
        rig.Files["rules/velocity.rules"] = Encoding.UTF8.GetBytes(
            "rule \"fast\": decline if f3 > 5\n  test \"five\" given f3 = 5 expect decline\n");
        PolicyMistake mistake = Assert.Single(rig.Mistakes(PolicyRig.Everything));
        Assert.Equal(
            (PolicyMistakeCode.RuleTestFailed, "rules/velocity.rules", 2, 3),
            (mistake.Code, mistake.Path, mistake.Line, mistake.Column));
    }

    [Fact]
    public void F5_OneBitOfOneMargin_RefusesThePolicy_WhicheverItIs()
    {
        Fixture fixture = Fixture.Own("depth6.json");
        PolicyRig rig = new();
        foreach (int row in new[] { 0, 63, 64, 99 })
        {
            float[] margins = fixture.Margins[..100];
            margins[row] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(margins[row]) ^ 1);
            rig.Files["depth6.vectors"] = VerificationVectors.Write(12, fixture.Rows.AsSpan(0, 1200), margins);
            PolicyMistake mistake = Assert.Single(rig.Mistakes(PolicyRig.Everything));
            Assert.Equal(PolicyMistakeCode.VectorsDiffer, mistake.Code);
            Assert.Contains($"row {row} ", mistake.Sentence);
        }

        rig.Files["depth6.vectors"] = VerificationVectors.Write(
            12, fixture.Rows.AsSpan(0, 12), fixture.Margins.AsSpan(0, 1));
        Assert.Empty(rig.Mistakes(PolicyRig.Everything));
    }

    [Fact]
    public void F5_VectorFilesWithOtherLengths_AreNoVectors()
    {
        byte[] whole = new PolicyRig().Files["depth6.vectors"];
        VerificationVectors vectors = VerificationVectors.TryRead(whole)!;
        Assert.Equal((12, 100), (vectors.Columns, vectors.Count));
        Assert.Null(VerificationVectors.TryRead(whole.AsSpan(0, whole.Length - 1)));
        Assert.Null(VerificationVectors.TryRead([.. whole, 0]));
        Assert.Null(VerificationVectors.TryRead(whole.AsSpan(0, 15)));
        (int At, byte Value)[] damages = [(0, 0), (8, 0), (8, 13), (11, 255), (12, 0), (12, 101), (15, 1)];
        foreach ((int at, byte value) in damages)
        {
            byte[] damaged = [.. whole];
            damaged[at] = value;
            Assert.Null(VerificationVectors.TryRead(damaged));
        }

        Assert.Throws<ArgumentException>(() => VerificationVectors.Write(3, new float[6], new float[3]));
        PolicyRig rig = new();
        rig.Files["depth6.vectors"] = VerificationVectors.Write(2, new float[2], new float[1]);
        Assert.Equal(PolicyMistakeCode.BadVectors, Assert.Single(rig.Mistakes(PolicyRig.Everything)).Code);
    }

    [Fact]
    public void F5_ColumnsThatAreNoFeatures_RefuseThePolicy()
    {
        PolicyRig rig = new();
        byte[] named = rig.Files["named.json"];
        string text = Encoding.UTF8.GetString(named);
        foreach ((string other, string problem) in new[] { ("f99", "'f99'"), ("f2", "two columns") })
        {
            rig.Files["named.json"] = Encoding.UTF8.GetBytes(text.Replace("\"f11\"", $"\"{other}\""));
            PolicyMistake mistake = Assert.Single(rig.Mistakes(PolicyRig.Everything));
            Assert.Equal(PolicyMistakeCode.ModelColumns, mistake.Code);
            Assert.Contains(problem, mistake.Sentence);
        }

        // Without names, a model must have as many columns as there are features.
        byte[] document = Encoding.UTF8.GetBytes(
            "{\"version\":1,\"models\":{\"champion\":{" + Model + "}}," + PolicyRig.Rest);
        IReadOnlyList<PolicyMistake> mistakes = FraudPolicy.TryParse(document, FeatureSet.Default, rig.File, out _);
        Assert.Equal(PolicyMistakeCode.ModelColumns, Assert.Single(mistakes).Code);
    }

    [Fact]
    public void Bounds_AreKept()
    {
        PolicyRig rig = new();
        byte[] large = new byte[PolicyLimits.FileBytesMax + 1];
        Assert.Equal(PolicyMistakeCode.FileTooLarge, Assert.Single(rig.Mistakes(large)).Code);
        Assert.Equal(PolicyMistakeCode.NotUtf8, Assert.Single(rig.Mistakes([(byte)'{', 0xFF])).Code);
        string merchants = string.Join(
            ',',
            Enumerable.Range(1, PolicyLimits.MerchantsMax + 1).Select(i => $"\"{i}\":{{\"review\":0,\"decline\":1}}"));
        string many = "{ \"version\": 1, " + PolicyRig.Rest.Replace("0.9 }", $"0.9, \"merchants\": {{{merchants}}} }}");
        Assert.Equal(PolicyMistakeCode.TooManyMerchants, Assert.Single(rig.Mistakes(many)).Code);
        string unknown = "{" + string.Concat(Enumerable.Range(0, 500).Select(i => $"\"x{i}\":1,")) + PolicyRig.Rest;
        IReadOnlyList<PolicyMistake> mistakes = rig.Mistakes(unknown);
        Assert.Equal(PolicyLimits.MistakesMax + 1, mistakes.Count);
        Assert.Equal(PolicyMistakeCode.TooManyMistakes, mistakes[^1].Code);
    }

    private static string Change(string old, string marked) =>
        "{ \"version\": 1, " + PolicyRig.Rest.Replace(old, marked);

    private static string Rules(string marked) => "{ \"version\": 1, \"rules\": [ " + marked + " ], " + PolicyRig.Rest;

    private static string Challenger(string percent) =>
        "{ \"version\": 1, \"models\": { \"champion\": {" + Model + "}, \"challenger\": {" + Model
        + "," + percent + "} }, " + PolicyRig.Rest;
}
