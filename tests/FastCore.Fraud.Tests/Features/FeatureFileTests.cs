using System.Text;
using FastCore.Fraud.Features;
using Xunit;

namespace FastCore.Fraud.Tests.Features;

/// <summary>Feature files: every mistake has its code, its place and a sentence.</summary>
public sealed class FeatureFileTests
{
    private const string Good = """{"name":"a","key":"card","aggregate":"count","window":"1d"}""";

    // Code, feature, field, and features in which a ^ marks the place of the mistake.
    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { "WrongType", "#1", "", "^7" },
        { "WrongType", "a", "window", """{"name":"a","key":"card","aggregate":"count","window":^86400}""" },
        { "WrongType", "#1", "name", """{"name":^["a"],"key":"card","aggregate":"first_seen"}""" },
        { "UnknownField", "a", "windows", """{"name":"a","key":"card","aggregate":"first_seen",^"windows":[1]}""" },
        { "RepeatedField", "a", "name", """{"name":"a",^"name":"a","key":"card","aggregate":"first_seen"}""" },
        { "BadText", "#1", "name", """{"name":^"\ud800","key":"card","aggregate":"first_seen"}""" },
        { "BadText", "a", "window", """{"name":"a","key":"card","aggregate":"count","window":^"1d\udc00"}""" },
        { "BadText", "a", "", """{"name":"a",^"\ud800":[{"b":1}],"key":"card","aggregate":"first_seen"}""" },
        { "MissingField", "#1", "name", """^{"key":"card","aggregate":"first_seen"}""" },
        { "MissingField", "a", "key", """^{"name":"a","aggregate":"first_seen"}""" },
        { "MissingField", "a", "aggregate", """^{"name":"a","key":"card"}""" },
        { "MissingField", "a", "window", """^{"name":"a","key":"card","aggregate":"mean"}""" },
        { "MissingField", "a", "of", """^{"name":"a","key":"card","aggregate":"distinct","window":"1h"}""" },
        { "BadName", "1a", "name", """{"name":^"1a","key":"card","aggregate":"first_seen"}""" },
        { "BadName", "#1", "name", """{"name":^"","key":"card","aggregate":"first_seen"}""" },
        { "BadName", "a", "column", """{"name":"a","column":^"a b","key":"card","aggregate":"first_seen"}""" },
        {
            "RepeatedName", "b", "column",
            $$"""{{Good}},{"name":"b","column":^"A","key":"card","aggregate":"first_seen"}"""
        },
        {
            "RepeatedName", "A", "name",
            $$"""{{Good}},{"name":^"A","column":"b","key":"card","aggregate":"first_seen"}"""
        },
        { "UnknownKey", "a", "key", """{"name":"a","key":^"cart","aggregate":"first_seen"}""" },
        { "UnknownAggregate", "a", "aggregate", """{"name":"a","key":"card","aggregate":^"median"}""" },
        { "AggregateNotForKey", "a", "aggregate", """{"name":"a","key":"card","aggregate":^"night"}""" },
        {
            "AggregateNotForKey", "a", "aggregate",
            """{"name":"a","key":"transaction","aggregate":^"count","window":"1d"}"""
        },
        {
            "FieldNotForAggregate", "a", "window",
            """{"name":"a","key":"transaction","aggregate":"night","window":^"1d"}"""
        },
        {
            "FieldNotForAggregate", "a", "delay",
            """{"name":"a","key":"card","aggregate":"distinct","of":"terminal","window":"1d","delay":^"7d"}"""
        },
        {
            "FieldNotForAggregate", "a", "of",
            """{"name":"a","key":"card","aggregate":"count","window":"1d","of":^"merchant"}"""
        },
        { "BadDuration", "a", "window", """{"name":"a","key":"card","aggregate":"count","window":^"1w"}""" },
        { "BadDuration", "a", "window", """{"name":"a","key":"card","aggregate":"count","window":^"d"}""" },
        { "BadDuration", "a", "window", """{"name":"a","key":"card","aggregate":"count","window":^"-1d"}""" },
        { "BadDuration", "a", "window", """{"name":"a","key":"card","aggregate":"count","window":^""}""" },
        { "DurationOutOfRange", "a", "window", """{"name":"a","key":"card","aggregate":"count","window":^"0s"}""" },
        { "DurationOutOfRange", "a", "window", """{"name":"a","key":"card","aggregate":"count","window":^"31d"}""" },
        {
            "DurationOutOfRange", "a", "window",
            """{"name":"a","key":"card","aggregate":"count","window":^"4294967295d"}"""
        },
        {
            "DurationOutOfRange", "a", "delay",
            """{"name":"a","key":"card","aggregate":"count","window":"1d","delay":^"59m"}"""
        },
        {
            "BadCounterparty", "a", "of",
            """{"name":"a","key":"card","aggregate":"distinct","of":^"card","window":"1d"}"""
        },
        {
            "TwoCounterparties", "c", "of",
            """
            {"name":"b","key":"card","aggregate":"distinct","of":"merchant","window":"1d"},
            {"name":"c","key":"card","aggregate":"distinct","of":^"terminal","window":"1d"}
            """
        },
        { "TooManyWindows", "w17", "window", Many(17, i => $"\"card\",\"aggregate\":\"sum\",\"window\":\"{i}s\"") },
        { "TooManyFeatures", "w257", "", Many(257, _ => "\"transaction\",\"aggregate\":\"night\"") },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistake_IsNamedWithItsPlace(string code, string feature, string field, string features)
    {
        string marked = $"{{\"format\":1,\"features\":[\n{features}\n]}}";
        int at = marked.IndexOf('^');
        FeatureMistake mistake = Assert.Single(Parse(marked.Remove(at, 1), out FeatureSet? set));
        Assert.Equal((code, feature, field), (mistake.Code.ToString(), mistake.Feature, mistake.Field));
        Assert.Equal(marked[..at].Count(c => c == '\n') + 1, mistake.Line);
        Assert.Equal(at - marked.LastIndexOf('\n', at), mistake.Column);
        Assert.EndsWith(".", mistake.Sentence);
        Assert.Null(set);
    }

    [Theory]
    [InlineData("NotJson", "{\"format\":1,\n\"features\":[{]}", 2, 14)]
    [InlineData("NotJson", "", 1, 1)]
    [InlineData("NotJson", "{\"format\":1,\"features\":[" + Good + "]} x", 1, 87)]
    [InlineData("WrongType", "[]", 1, 1)]
    [InlineData("WrongType", "{\"format\":\"1\",\"features\":[" + Good + "]}", 1, 11)]
    [InlineData("WrongType", "{\"format\":1,\"features\":{}}", 1, 24)]
    [InlineData("UnknownFormat", "{\"format\":2,\"features\":[" + Good + "]}", 1, 11)]
    [InlineData("UnknownField", "{\"format\":1,\"feature\":[[1]],\"features\":[" + Good + "]}", 1, 13)]
    [InlineData("BadText", "{\"format\":1,\"\\ud800\":[1],\"features\":[" + Good + "]}", 1, 13)]
    [InlineData("RepeatedField", "{\"format\":1,\"format\":1,\"features\":[" + Good + "]}", 1, 13)]
    [InlineData("MissingField", "{\"features\":[" + Good + "]}", 1, 1)]
    [InlineData("MissingField", "{\"format\":1}", 1, 1)]
    [InlineData("NoFeatures", "{\"format\":1,\"features\":[]}", 1, 1)]
    public void MistakeOfTheFile_IsNamedWithItsPlace(string code, string json, int line, int column)
    {
        IReadOnlyList<FeatureMistake> mistakes = Parse(json, out FeatureSet? set);
        FeatureMistake mistake = Assert.Single(mistakes);
        Assert.Equal((code, line, column), (mistake.Code.ToString(), mistake.Line, mistake.Column));
        Assert.Null(set);
    }

    [Fact]
    public void A_mistake_is_one_line_whatever_the_file_says()
    {
        // What a unit or a name is refused for is told with the text of the file.
        string json = "{\"format\":1,\"features\":[{\"key\":\"terminal\",\"aggregate\":\"mean\"," +
            "\"delay\":\"31\\u0000d\",\"name\":\"a\\nb\"}]}";
        IReadOnlyList<FeatureMistake> mistakes = FeatureSet.TryParse(Encoding.UTF8.GetBytes(json), out _);
        Assert.NotEmpty(mistakes);
        Assert.All(mistakes, mistake => Assert.DoesNotContain(mistake.ToString(), char.IsControl));
    }

    [Fact]
    public void A_mistake_lies_in_the_file_whatever_ends_a_comment()
    {
        FeatureMistake mistake = Assert.Single(FeatureSet.TryParse("//\r"u8, out _));
        Assert.Equal((FeatureMistakeCode.NotJson, 1), (mistake.Code, mistake.Line));
    }

    [Fact]
    public void BytesThatAreNoText_AreRefused()
    {
        byte[] json = Encoding.UTF8.GetBytes($"{{\"format\":1,\"features\":[{Good}]}}");
        json[json.AsSpan().IndexOf("a\""u8)] = 0xFF;
        json[json.AsSpan().IndexOf("features"u8)] = 0xC0;

        Assert.Contains(FeatureSet.TryParse(json, out _), mistake => mistake.Code == FeatureMistakeCode.BadText);
    }

    [Fact]
    public void TextsOfTheFile_AreToldInOneShortLine()
    {
        string text = "\\u001b[2J\\n" + new string('x', 1000);
        string json = $$"""
            {"format":1,"features":[
            {"name":"{{text}}","key":"{{text}}","aggregate":"{{text}}"},
            {"name":"b","{{text}}":1,"key":"card","aggregate":"count","window":"{{text}}"},
            {"name":"c","key":"card","aggregate":"distinct","window":"1d","of":"{{text}}"}
            ],"{{text}}":1}
            """;

        IReadOnlyList<FeatureMistake> mistakes = Parse(json, out _);
        Assert.Equal(7, mistakes.Count);
        Assert.All(mistakes, mistake => Assert.DoesNotContain(mistake.ToString(), char.IsControl));
        Assert.All(mistakes, mistake => Assert.InRange(mistake.ToString().Length, 1, 400));
    }

    [Fact]
    public void EveryCode_IsProducedByARow()
    {
        IEnumerable<string> produced = Mistakes.Select(row => (string)row[0])
            .Concat(["NotJson", "UnknownFormat", "NoFeatures", "FileTooLarge"]);
        Assert.Empty(Enum.GetNames<FeatureMistakeCode>().Except(produced));
    }

    [Fact]
    public void LargeFile_IsRefused() => Assert.Equal(
        FeatureMistakeCode.FileTooLarge,
        Parse(new string(' ', FeatureLimits.FileBytesMax + 1), out _)[0].Code);

    [Fact]
    public void AllMistakes_AreNamedAtOnce_InTheOrderOfTheFile()
    {
        string json = """
            {
              "format": 1, // a comment is allowed
              "features": [
                { "name": "a", "key": "card", "aggregate": "count", "window": "1y" },
                { "name": "a", "key": "shop", "aggregate": "count", "window": "1d" }
              ]
            }
            """;
        FeatureFileException e =
            Assert.Throws<FeatureFileException>(() => FeatureSet.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(
            ["BadDuration", "RepeatedName", "UnknownKey"], e.Mistakes.Select(mistake => mistake.Code.ToString()));
        Assert.StartsWith("line 4, column 67: feature a: '1y' is not a length of time", e.Message);
    }

    [Fact]
    public void Version_IsThatOfTheMeaning()
    {
        string file = Encoding.UTF8.GetString(FeatureSet.DefaultFile());
        FeatureSet spaced = FeatureSet.Parse(Encoding.UTF8.GetBytes("\uFEFF" + file.Replace("\n", "\n\n  ")));
        FeatureSet sameLength = FeatureSet.Parse(Encoding.UTF8.GetBytes(file.Replace("\"7d\"", "\"168h\"")));
        FeatureSet renamed = FeatureSet.Parse(Encoding.UTF8.GetBytes(file.Replace("card.ratio_7d", "habit")));
        FeatureSet longer = FeatureSet.Parse(Encoding.UTF8.GetBytes(file.Replace("\"30d\"", "\"29d\"")));
        Assert.Equal(FeatureSet.Default.Version, spaced.Version);
        Assert.Equal(FeatureSet.Default.Version, sameLength.Version);
        Assert.NotEqual(FeatureSet.Default.Version, renamed.Version);
        Assert.NotEqual(FeatureSet.Default.Version, longer.Version);

        // State and models name this version; a change of the shipped file is a new version for all of them.
        Assert.Equal(
            "1ed483efb5864d2c480201e2fc8d11cb1d6e5b4ce06d099bb5f926a3f97f0589", FeatureSet.Default.Version);
    }

    [Fact]
    public void EqualTotals_AreReadOnce()
    {
        // Three sums and three counts per card, three counts and three frauds per terminal.
        FeatureSet set = FeatureSet.Default;
        Assert.Equal(17, set.Count);
        Assert.Equal(4 + 6 + 6, set.RawLength);
        long[] raw = new long[set.RawLength];
        Assert.Equal(6, set.PartOf(FeatureKey.Card, raw).Length);
        Assert.Equal(6, set.PartOf(FeatureKey.Terminal, raw).Length);
        Assert.Equal(0, set.PartOf(FeatureKey.Merchant, raw).Length);
    }

    // So many features, of which the last is the one too many.
    private static string Many(int count, Func<int, string> rest) => string.Join(
        ",\n",
        Enumerable.Range(1, count).Select(i =>
        {
            string feature = $"{{\"name\":\"w{i}\",\"key\":{rest(i)}}}";
            return i != count ? feature
                : feature.Contains("window") ? feature.Replace("\"window\":", "\"window\":^")
                : "^" + feature;
        }));

    private static IReadOnlyList<FeatureMistake> Parse(string json, out FeatureSet? set) =>
        FeatureSet.TryParse(Encoding.UTF8.GetBytes(json), out set);
}
