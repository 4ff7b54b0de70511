namespace FastCore.Client;

/// <summary>Where a client stands.</summary>
public enum ClientState
{
    /// <summary>No connection yet, or lost; calls wait for the next one until their deadline.</summary>
    Connecting,

    /// <summary>Hello succeeded.</summary>
    Connected,

    /// <summary>
    /// The server refused the key or the version; calls get that status at once. Connecting goes on slowly.
    /// </summary>
    Refused,

    /// <summary>Disposed.</summary>
    Closed,
}
