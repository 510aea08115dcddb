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
        private readonly List<(string Key, T Value)> _entries = [];

        public ModuleDict()
            : base(nameof(ModuleDict<T>))
        {
        }

        public int Count => _entries.Count;

        public bool IsReadOnly => false;

        public ICollection<string> Keys => keys().ToList();

        public ICollection<T> Values => values().ToList();

        public (string, T) this[int index]
        {
            get => _entries[index];
            set
            {
                _entries[index] = value;
                Register();
            }
        }

        /// <exception cref="KeyNotFoundException">There is no module of that name (when reading).</exception>
        public T this[string key]
        {
            get => TryGetValue(key, out T? value) ? value : throw new KeyNotFoundException($"no module named '{key}' in the ModuleDict");
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

        public void Add(string key, T value)
        {
            register_module(key, value);
            _entries.Add((key, value));
        }

        public void Add((string, T) item) => Add(item.Item1, item.Item2);

        public void Add(KeyValuePair<string, T> item) => Add(item.Key, item.Value);

        public void Clear()
        {
            _entries.Clear();
            Register();
        }

        /// <inheritdoc cref="Clear"/>
        public void clear() => Clear();

        public bool Contains((string, T) item) => _entries.Contains(item);

        public bool Contains(KeyValuePair<string, T> item) => _entries.Contains((item.Key, item.Value));

        public bool ContainsKey(string key) => Find(key) >= 0;

        public void CopyTo((string, T)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

        public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex)
        {
            foreach ((string key, T value) in _entries)
            {
                array[arrayIndex++] = new(key, value);
            }
        }

        public IEnumerator<(string, T)> GetEnumerator() => _entries.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator() =>
            _entries.Select(static entry => new KeyValuePair<string, T>(entry.Key, entry.Value)).GetEnumerator();

        public int IndexOf((string, T) item) => _entries.IndexOf(item);

        public void Insert(int index, (string, T) item)
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

        public bool Remove((string, T) item)
        {
            int index = IndexOf(item);
            if (index < 0)
            {
                return false;
            }

            RemoveAt(index);
            return true;
        }

        public bool Remove(KeyValuePair<string, T> item) => Remove((item.Key, item.Value));

        public void RemoveAt(int index)
        {
            _entries.RemoveAt(index);
            Register();
        }

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value)
        {
            int index = Find(key);
            value = index < 0 ? null : _entries[index].Value;
            return index >= 0;
        }

        /// <summary>The names with their modules.</summary>
        public IEnumerator<(string, T)> items() => GetEnumerator();

        /// <summary>The names.</summary>
        public IEnumerable<string> keys() => _entries.Select(static entry => entry.Key);

        /// <summary>The modules.</summary>
        public IEnumerable<T> values() => _entries.Select(static entry => entry.Value);

        private int Find(string key) => _entries.FindIndex(entry => entry.Key == key);

        private void Register()
        {
            ClearModules();
            foreach ((string key, T value) in _entries)
            {
                register_module(key, value);
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
