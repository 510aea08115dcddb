using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Modules by name, all submodules, in the order they were added.</summary>
    public class ModuleDict<T> : Module, IDictionary<string, T>, IList<(string, T)>
        where T : Module
    {
        private readonly NamedEntries<T> _entries;

        public ModuleDict()
            : base(nameof(ModuleDict<T>)) =>
            _entries = new NamedEntries<T>("module", register_module, ClearModules);

        public int Count => _entries.Count;

        public bool IsReadOnly => false;

        public ICollection<string> Keys => _entries.Keys.ToList();

        public ICollection<T> Values => _entries.Values.ToList();

        public (string, T) this[int index]
        {
            get => _entries[index];
            set => _entries[index] = value;
        }

        /// <exception cref="KeyNotFoundException">There is no module of that name (when reading).</exception>
        public T this[string key]
        {
            get => _entries[key];
            set => _entries[key] = value;
        }

        public void Add(string key, T value) => _entries.Add(key, value);

        public void Add((string, T) item) => _entries.Add(item.Item1, item.Item2);

        public void Add(KeyValuePair<string, T> item) => _entries.Add(item.Key, item.Value);

        public void Clear() => _entries.Clear();

        /// <inheritdoc cref="Clear"/>
        public void clear() => _entries.Clear();

        public bool Contains((string, T) item) => _entries.Contains(item.Item1, item.Item2);

        public bool Contains(KeyValuePair<string, T> item) => _entries.Contains(item.Key, item.Value);

        public bool ContainsKey(string key) => _entries.Contains(key);

        public void CopyTo((string, T)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

        public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

        public IEnumerator<(string, T)> GetEnumerator() => _entries.Items();

        IEnumerator IEnumerable.GetEnumerator() => _entries.Items();

        IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() => _entries.Pairs();

        public int IndexOf((string, T) item) => _entries.IndexOf(item);

        public void Insert(int index, (string, T) item) => _entries.Insert(index, item);

        public bool Remove(string key) => _entries.Remove(key);

        public bool Remove((string, T) item) => _entries.Remove(item);

        public bool Remove(KeyValuePair<string, T> item) => _entries.Remove((item.Key, item.Value));

        public void RemoveAt(int index) => _entries.RemoveAt(index);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _entries.TryGet(key, out value);

        /// <summary>The names with their modules.</summary>
        public IEnumerator<(string, T)> items() => _entries.Items();

        /// <summary>The names.</summary>
        public IEnumerable<string> keys() => _entries.Keys;

        /// <summary>The modules.</summary>
        public IEnumerable<T> values() => _entries.Values;
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.ModuleDict{T}"/>
            public static ModuleDict<Module> ModuleDict(params (string, Module)[] modules) => ModuleDict<Module>(modules);

            /// <inheritdoc cref="Modules.ModuleDict{T}"/>
            public static ModuleDict<T> ModuleDict<T>(params (string, T)[] modules)
                where T : Module
            {
                var dict = new ModuleDict<T>();
                foreach ((string key, T value) in modules)
                {
                    dict.Add(key, value);
                }

                return dict;
            }
        }
    }
}
