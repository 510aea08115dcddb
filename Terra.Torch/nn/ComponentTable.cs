using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

/// <summary>A module's components of one kind by name, in the order they were registered (which a state_dict keeps).</summary>
internal sealed class ComponentTable<T> : IEnumerable<(string Name, T Value)>
    where T : class
{
    private readonly List<(string Name, T Value)> _entries = [];

    public int Count => _entries.Count;

    public bool Contains(string name) => IndexOf(name) >= 0;

    public bool TryGet(string name, [NotNullWhen(true)] out T? value)
    {
        int index = IndexOf(name);
        value = index < 0 ? null : _entries[index].Value;
        return value is not null;
    }

    /// <summary>Adds a component, or replaces the one of that name in its place.</summary>
    public void Set(string name, T value)
    {
        int index = IndexOf(name);
        if (index < 0)
        {
            _entries.Add((name, value));
        }
        else
        {
            _entries[index] = (name, value);
        }
    }

    public bool Remove(string name)
    {
        int index = IndexOf(name);
        if (index >= 0)
        {
            _entries.RemoveAt(index);
        }

        return index >= 0;
    }

    public void Clear() => _entries.Clear();

    public List<(string Name, T Value)>.Enumerator GetEnumerator() => _entries.GetEnumerator();

    IEnumerator<(string Name, T Value)> IEnumerable<(string Name, T Value)>.GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    private int IndexOf(string name)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
