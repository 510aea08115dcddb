using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Parameters by name, in the order they were added.</summary>
    public class ParameterDict : Module, IDictionary<string, Parameter>, IList<(string, Parameter)>
    {
        private readonly NamedEntries<Parameter> _entries;

        public ParameterDict()
            : base(nameof(ParameterDict)) =>
            _entries = new NamedEntries<Parameter>("parameter", register_parameter, ClearParameters);

        public int Count => _entries.Count;

        public bool IsReadOnly => false;

        public ICollection<string> Keys => _entries.Keys.ToList();

        public ICollection<Parameter> Values => _entries.Values.ToList();

        public (string, Parameter) this[int index]
        {
            get => _entries[index];
            set => _entries[index] = value;
        }

        /// <exception cref="KeyNotFoundException">There is no parameter of that name (when reading).</exception>
        public Parameter this[string key]
        {
            get => _entries[key];
            set => _entries[key] = value;
        }

        public void Add(string key, Parameter value) => _entries.Add(key, value);

        public void Add((string, Parameter) item) => _entries.Add(item.Item1, item.Item2);

        public void Add(KeyValuePair<string, Parameter> item) => _entries.Add(item.Key, item.Value);

        public void Clear() => _entries.Clear();

        /// <inheritdoc cref="Clear"/>
        public void clear() => _entries.Clear();

        public bool Contains((string, Parameter) item) => _entries.Contains(item.Item1, item.Item2);

        public bool Contains(KeyValuePair<string, Parameter> item) => _entries.Contains(item.Key, item.Value);

        public bool ContainsKey(string key) => _entries.Contains(key);

        public void CopyTo((string, Parameter)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

        public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

        public IEnumerator<(string, Parameter)> GetEnumerator() => _entries.Items();

        IEnumerator IEnumerable.GetEnumerator() => _entries.Items();

        IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() => _entries.Pairs();

        public int IndexOf((string, Parameter) item) => _entries.IndexOf(item);

        public void Insert(int index, (string, Parameter) item) => _entries.Insert(index, item);

        public bool Remove(string key) => _entries.Remove(key);

        public bool Remove((string, Parameter) item) => _entries.Remove(item);

        public bool Remove(KeyValuePair<string, Parameter> item) => _entries.Remove((item.Key, item.Value));

        public void RemoveAt(int index) => _entries.RemoveAt(index);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value) => _entries.TryGet(key, out value);

        /// <summary>The names with their parameters.</summary>
        public IEnumerator<(string, Parameter)> items() => _entries.Items();

        /// <summary>The names.</summary>
        public IEnumerable<string> keys() => _entries.Keys;

        /// <summary>The parameters.</summary>
        public IEnumerable<Parameter> values() => _entries.Values;
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
