using System.Collections;
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>A list of parameters, named by their positions.</summary>
    public class ParameterList : Module, IList<Parameter>
    {
        private readonly List<Parameter> _list = [];

        public ParameterList(params Parameter[] parameters)
            : base(nameof(ParameterList)) => extend(parameters);

        public int Count => _list.Count;

        public bool IsReadOnly => false;

        public Parameter this[int index]
        {
            get => _list[index];
            set
            {
                _list[index] = value;
                Register();
            }
        }

        public void Add(Parameter item)
        {
            register_parameter(_list.Count.ToString(CultureInfo.InvariantCulture), item);
            _list.Add(item);
        }

        /// <summary>Adds parameters at the end.</summary>
        public void append(params Parameter[] parameters) => extend(parameters);

        /// <summary>Adds parameters at the end.</summary>
        public void extend(IEnumerable<Parameter> parameters)
        {
            foreach (Parameter parameter in parameters)
            {
                Add(parameter);
            }
        }

        public void Clear()
        {
            _list.Clear();
            Register();
        }

        public bool Contains(Parameter item) => IndexOf(item) >= 0;

        public void CopyTo(Parameter[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

        public IEnumerator<Parameter> GetEnumerator() => _list.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public int IndexOf(Parameter item) => _list.FindIndex(parameter => ReferenceEquals(parameter, item));

        public void Insert(int index, Parameter item)
        {
            _list.Insert(index, item);
            Register();
        }

        public bool Remove(Parameter item)
        {
            int index = IndexOf(item);
            if (index >= 0)
            {
                RemoveAt(index);
            }

            return index >= 0;
        }

        public void RemoveAt(int index)
        {
            _list.RemoveAt(index);
            Register();
        }

        private void Register()
        {
            ClearParameters();
            for (int i = 0; i < _list.Count; i++)
            {
                register_parameter(i.ToString(CultureInfo.InvariantCulture), _list[i]);
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
            /// <inheritdoc cref="Modules.ParameterList"/>
            public static ParameterList ParameterList(params Parameter[] parameters) => new(parameters);
        }
    }
}
