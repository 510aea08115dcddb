using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Modules;

/// <summary>Components of a module by name, in the order they were added: the list behind dictionaries of modules and of parameters.</summary>
/// <param name="kind">What an entry is called in messages.</param>
/// <param name="register">Makes an entry a component of the module.</param>
/// <param name="clear">Takes all entries out of the module.</param>
internal sealed class NamedEntries<T>(string kind, Action<string, T> register, Action clear)
    where T : class
{
    private readonly List<(string Key, T Value)> _entries = [];

    internal int Count => _entries.Count;

    internal IEnumerable<string> Keys => _entries.Select(static entry => entry.Key);

    internal IEnumerable<T> Values => _entries.Select(static entry => entry.Value);

    internal (string, T) this[int index]
    {
        get => _entries[index];
        set
        {
            _entries[index] = value;
            RegisterAll();
        }
    }

    /// <exception cref="KeyNotFoundException">There is no entry of that name (when reading).</exception>
    internal T this[string key]
    {
        get => TryGet(key, out T? value) ? value : throw new KeyNotFoundException($"no {kind} named '{key}'; there are: {string.Join(", ", Keys)}");
        set
        {
            int index = Find(key);
            if (index < 0)
            {
                Add(key, value);
            }
            else
            {
                this[index] = (key, value);
            }
        }
    }

    internal void Add(string key, T value)
    {
        register(key, value);
        _entries.Add((key, value));
    }

    internal void Clear()
    {
        _entries.Clear();
        clear();
    }

    internal bool Contains(string key, T value) => _entries.Contains((key, value));

    internal bool Contains(string key) => Find(key) >= 0;

    internal void CopyTo((string, T)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    internal void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex)
    {
        foreach ((string key, T value) in _entries)
        {
            array[arrayIndex++] = new(key, value);
        }
    }

    internal IEnumerator<(string, T)> Items() => _entries.GetEnumerator();

    internal IEnumerator<KeyValuePair<string, T>> Pairs() =>
        _entries.Select(static entry => new KeyValuePair<string, T>(entry.Key, entry.Value)).GetEnumerator();

    internal int IndexOf((string, T) item) => _entries.IndexOf(item);

    internal void Insert(int index, (string, T) item)
    {
        _entries.Insert(index, item);
        RegisterAll();
    }

    internal bool Remove(string key) => TryRemoveAt(Find(key));

    internal bool Remove((string, T) item) => TryRemoveAt(IndexOf(item));

    internal void RemoveAt(int index)
    {
        _entries.RemoveAt(index);
        RegisterAll();
    }

    internal bool TryGet(string key, [MaybeNullWhen(false)] out T value)
    {
        int index = Find(key);
        value = index < 0 ? null : _entries[index].Value;
        return index >= 0;
    }

    private bool TryRemoveAt(int index)
    {
        if (index < 0)
        {
            return false;
        }

        RemoveAt(index);
        return true;
    }

    private int Find(string key) => _entries.FindIndex(entry => entry.Key == key);

    private void RegisterAll()
    {
        clear();
        foreach ((string key, T value) in _entries)
        {
            register(key, value);
        }
    }
}
