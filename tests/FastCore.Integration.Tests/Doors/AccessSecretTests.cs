using System.Text;
using FastCore.Server;
using FastCore.Server.Access;

namespace FastCore.Integration.Tests.Doors;

/// <summary>Keys and their hashes as text.</summary>
public sealed class AccessSecretTests
{
    [Fact]
    public void Every_key_is_another_and_every_hash_has_its_own_salt()
    {
        string key = AccessSecret.NewKey();
        Assert.Equal(AccessSecret.Length, key.Length);
        Assert.True(Encoding.UTF8.GetByteCount(key) <= Protocol.Frames.HelloKey.Length);
        Assert.NotEqual(key, AccessSecret.NewKey());
        string hash = AccessSecret.HashOf(key);
        Assert.NotEqual(hash, AccessSecret.HashOf(key));
        Assert.DoesNotContain(key[21..], hash, StringComparison.Ordinal);
        Assert.Equal(key[4..20], AccessSecret.IdOf(hash));
        Assert.True(StoredHash.TryParse(hash)!.Matches(Encoding.UTF8.GetBytes(key)));
    }

    [Fact]
    public void One_character_makes_another_key()
    {
        string key = AccessSecret.NewKey();
        StoredHash hash = StoredHash.TryParse(AccessSecret.HashOf(key))!;
        for (int i = 0; i < key.Length; i++)
        {
            byte[] other = Encoding.UTF8.GetBytes(key);
            other[i] ^= 1;
            Assert.False(hash.Matches(other));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("password")]
    [InlineData("fck_0123456789abcdef_")]
    [InlineData("fck_0123456789ABCDEF_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("fck_+123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("fck_0123456789abcdef-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("fck_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0")]
    public void What_the_server_did_not_make_is_no_key(string text) =>
        Assert.Throws<FormatException>(() => AccessSecret.HashOf(text));

    [Theory]
    [InlineData("")]
    [InlineData("fc1:::")]
    [InlineData("fc2:0123456789abcdef:00112233445566778899aabbccddeeff:00112233445566778899aabbccddeeff")]
    [InlineData("fc1:0123456789abcdef:00112233445566778899aabbccddeeff:00112233445566778899aabbccddeeff")]
    public void What_is_not_a_whole_hash_is_none(string text) => Assert.Null(AccessSecret.IdOf(text));

    [Fact]
    public void Keys_that_contradict_each_other_are_refused()
    {
        AccessKeyOptions one = TestKeys.New("one", 1, "*", "*", out _);
        AccessKeyOptions two = TestKeys.New("two", 1, "*", "*", out _);
        AccessKeyOptions nameless = TestKeys.New("", 0, "*", "*", out _);
        AccessKeyOptions nothing =
            new() { Name = "four", Principal = 4, Operations = { "*" }, Books = { "*" }, InFlightMax = -1 };
        string[] sentences =
        [
            "Principal 1 is of several names: one, two", "is there 2 times", "Key #0: Principal must be set",
            "needs a Hash, a CertificateSha256 or a CertificateSubject", "InFlightMax is -1",
        ];
        IReadOnlyList<string> problems = AccessKeyFile.Problems([one, one, two, nameless, nothing]);
        Assert.All(sentences, sentence => Assert.Contains(problems, problem => problem.Contains(sentence)));
        Assert.Empty(AccessKeyFile.Problems([one, TestKeys.New("one", 1, "*", "*", out _)]));
    }
}
