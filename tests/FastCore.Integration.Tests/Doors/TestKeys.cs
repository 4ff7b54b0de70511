using FastCore.Server;
using FastCore.Server.Access;

namespace FastCore.Integration.Tests.Doors;

/// <summary>Keys for tests, made as an operator makes them.</summary>
internal static class TestKeys
{
    /// <summary>A new key and the entry that lets it in.</summary>
    public static AccessKeyOptions New(string name, uint principal, string operation, string books, out string key)
    {
        key = AccessSecret.NewKey();
        return new AccessKeyOptions
        {
            Name = name,
            Principal = principal,
            Hash = AccessSecret.HashOf(key),
            Operations = { operation },
            Books = { books },
        };
    }
}
