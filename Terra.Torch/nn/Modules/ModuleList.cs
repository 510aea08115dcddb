using System.Collections;
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>A list of modules that are all submodules, named by their positions.</summary>
    public class ModuleList<T> : Module, IList<T>
        where T : Module
    {
        private readonly List<T> _list = [];

        public ModuleList(params T[] modules)
            : base(nameof(ModuleList<T>)) => extend(modules);

        public int Count => _list.Count;

        public bool IsReadOnly => false;

        public T this[int index]
        {
            get => _list[index];
            set
            {
                _list[index] = value;
                Rename();
            }
        }

        public void Add(T item)
        {
            register_module(_list.Count.ToString(CultureInfo.InvariantCulture), item);
            _list.Add(item);
        }

        /// <summary>Adds modules at the end.</summary>
        public void append(params T[] parameters) => extend(parameters);

        /// <summary>Adds modules at the end.</summary>
        public void extend(IEnumerable<T> modules)
        {
            foreach (T module in modules)
            {
                Add(module);
            }
        }

        public void Clear()
        {
            _list.Clear();
            Rename();
        }

        public bool Contains(T item) => _list.Contains(item);

        public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

        public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public int IndexOf(T item) => _list.IndexOf(item);

        public void Insert(int index, T item)
        {
            _list.Insert(index, item);
            Rename();
        }

        public bool Remove(T item)
        {
            bool removed = _list.Remove(item);
            Rename();
            return removed;
        }

        public void RemoveAt(int index)
        {
            _list.RemoveAt(index);
            Rename();
        }

        private void Rename()
        {
            ClearModules();
            for (int i = 0; i < _list.Count; i++)
            {
                register_module(i.ToString(CultureInfo.InvariantCulture), _list[i]);
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
            /// <inheritdoc cref="Modules.ModuleList{T}"/>
            public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

            /// <inheritdoc cref="Modules.ModuleList{T}"/>
            public static ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module => new(modules);
        }
    }
}
