using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Parameters by name, in the order they were added.</summary>
    public class ParameterDict : Module, IDictionary<string, Parameter>, IList<(string, Parameter)>
    {
        private readonly List<(string Key, Parameter Value)> _entries = [];

        public ParameterDict()
            : base(nameof(ParameterDict))
        {
        }

        public int Count => _entries.Count;

        public bool IsReadOnly => false;

        public ICollection<string> Keys => keys().ToList();

        public ICollection<Parameter> Values => values().ToList();

        public (string, Parameter) this[int index]
        {
            get => _entries[index];
            set
            {
                _entries[index] = value;
                Register();
            }
        }

        /// <exception cref="KeyNotFoundException">There is no parameter of that name (when reading).</exception>
        public Parameter this[string key]
        {
            get => TryGetValue(key, out Parameter? value) ? value : throw new KeyNotFoundException($"no parameter named '{key}' in the ParameterDict");
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

        public void Add(string key, Parameter value)
        {
            register_parameter(key, value);
            _entries.Add((key, value));
        }

        public void Add((string, Parameter) item) => Add(item.Item1, item.Item2);

        public void Add(KeyValuePair<string, Parameter> item) => Add(item.Key, item.Value);

        public void Clear()
        {
            _entries.Clear();
            Register();
        }

        /// <inheritdoc cref="Clear"/>
        public void clear() => Clear();

        public bool Contains((string, Parameter) item) => _entries.Contains(item);

        public bool Contains(KeyValuePair<string, Parameter> item) => _entries.Contains((item.Key, item.Value));

        public bool ContainsKey(string key) => Find(key) >= 0;

        public void CopyTo((string, Parameter)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

        public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex)
        {
            foreach ((string key, Parameter value) in _entries)
            {
                array[arrayIndex++] = new(key, value);
            }
        }

        public IEnumerator<(string, Parameter)> GetEnumerator() => _entries.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() =>
            _entries.Select(static entry => new KeyValuePair<string, Parameter>(entry.Key, entry.Value)).GetEnumerator();

        public int IndexOf((string, Parameter) item) => _entries.IndexOf(item);

        public void Insert(int index, (string, Parameter) item)
        {
            _entries.Insert(index, item);
            Register();
        }

        public bool Remove(string key)
        {
            int index = Find(key);
            if (index < 0)
            {
                return false;
            }

            RemoveAt(index);
            return true;
        }

        public bool Remove((string, Parameter) item)
        {
            int index = IndexOf(item);
            if (index < 0)
            {
                return false;
            }

            RemoveAt(index);
            return true;
        }

        public bool Remove(KeyValuePair<string, Parameter> item) => Remove((item.Key, item.Value));

        public void RemoveAt(int index)
        {
            _entries.RemoveAt(index);
            Register();
        }

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value)
        {
            int index = Find(key);
            value = index < 0 ? null : _entries[index].Value;
            return index >= 0;
        }

        /// <summary>The names with their parameters.</summary>
        public IEnumerator<(string, Parameter)> items() => GetEnumerator();

        /// <summary>The names.</summary>
        public IEnumerable<string> keys() => _entries.Select(static entry => entry.Key);

        /// <summary>The parameters.</summary>
        public IEnumerable<Parameter> values() => _entries.Select(static entry => entry.Value);

        private int Find(string key) => _entries.FindIndex(entry => entry.Key == key);

        private void Register()
        {
            ClearParameters();
            foreach ((string key, Parameter value) in _entries)
            {
                register_parameter(key, value);
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.ParameterDict"/>
            public static ParameterDict ParameterDict(params (string, Parameter)[] parameters)
            {
                var dict = new ParameterDict();
                foreach ((string key, Parameter value) in parameters)
                {
                    dict.Add(key, value);
                }

                return dict;
            }
        }
    }
}
