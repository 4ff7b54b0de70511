namespace FastCore.Engine.Tables;

/// <summary>Key of an off-heap table.</summary>
/// <typeparam name="TSelf">The key's own type.</typeparam>
public interface ITableKey<TSelf> : IEquatable<TSelf>
    where TSelf : unmanaged
{
    /// <summary>A well-mixed 64-bit hash, the same on every machine and in every run.</summary>
    ulong Hash64();
}

/// <summary>Row of an off-heap table: carries its own key, so that the key is stored once.</summary>
/// <typeparam name="TKey">The key.</typeparam>
public interface ITableRow<TKey>
    where TKey : unmanaged
{
    /// <summary>The row's key.</summary>
    TKey Key { get; }
}
