#!/usr/bin/python3
"""ODBC statements as coroutines: the driver's descriptor joins them to asyncio, through ctypes.

    async_odbc.py CONNECTION-STRING STATEMENT...

All statements run at once on one thread; each one's rows are printed when they are there.
"""
import asyncio
import ctypes
import sys

odbc = ctypes.CDLL("libodbc.so.2")

HANDLE_ENV, HANDLE_DBC, HANDLE_STMT = 1, 2, 3
SUCCESS, SUCCESS_WITH_INFO, STILL_EXECUTING, NO_DATA = 0, 1, 2, 100
NTS, NULL_DATA, C_CHAR = -3, -1, 1
ATTR_ODBC_VERSION, ATTR_ASYNC_ENABLE, ATTR_COUCHDB_POLL_DESCRIPTOR = 200, 4, 0x4001
OV_ODBC3_80 = ctypes.c_void_p(380)

Handle = ctypes.c_void_p
for function, arguments in {
    "SQLAllocHandle": [ctypes.c_short, Handle, ctypes.POINTER(Handle)],
    "SQLFreeHandle": [ctypes.c_short, Handle],
    "SQLSetEnvAttr": [Handle, ctypes.c_int, ctypes.c_void_p, ctypes.c_int],
    "SQLDriverConnect": [Handle, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_short, ctypes.c_void_p, ctypes.c_short, ctypes.c_void_p, ctypes.c_ushort],
    "SQLDisconnect": [Handle],
    "SQLSetStmtAttr": [Handle, ctypes.c_int, ctypes.c_void_p, ctypes.c_int],
    "SQLGetStmtAttr": [Handle, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p],
    "SQLExecDirect": [Handle, ctypes.c_char_p, ctypes.c_int],
    "SQLNumResultCols": [Handle, ctypes.POINTER(ctypes.c_short)],
    "SQLFetch": [Handle],
    "SQLGetData": [Handle, ctypes.c_ushort, ctypes.c_short, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.POINTER(ctypes.c_ssize_t)],
    "SQLCancel": [Handle],
    "SQLGetDiagRec": [ctypes.c_short, Handle, ctypes.c_short, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_short, ctypes.c_void_p],
}.items():
    getattr(odbc, function).argtypes = arguments
    getattr(odbc, function).restype = ctypes.c_short


class Error(Exception):
    pass


def check(code, kind, handle):
    if code in (SUCCESS, SUCCESS_WITH_INFO, NO_DATA):
        return code
    state, message = ctypes.create_string_buffer(6), ctypes.create_string_buffer(1024)
    odbc.SQLGetDiagRec(kind, handle, 1, state, None, message, len(message), None)
    raise Error(f"{state.value.decode()} {message.value.decode('utf-8', 'replace')}")


def allocate(kind, parent):
    handle = Handle()
    check(odbc.SQLAllocHandle(kind, parent, ctypes.byref(handle)), HANDLE_DBC if kind == HANDLE_STMT else HANDLE_ENV, parent)
    return handle


class Connection:
    """A connection whose statements are awaited. Narrow text is UTF-8 with this driver."""

    def __init__(self, text):
        self.environment = allocate(HANDLE_ENV, None)
        odbc.SQLSetEnvAttr(self.environment, ATTR_ODBC_VERSION, OV_ODBC3_80, 0)
        self.handle = allocate(HANDLE_DBC, self.environment)
        check(odbc.SQLDriverConnect(self.handle, None, text.encode(), NTS, None, 0, None, 0), HANDLE_DBC, self.handle)

    def close(self):
        odbc.SQLDisconnect(self.handle)
        odbc.SQLFreeHandle(HANDLE_DBC, self.handle)
        odbc.SQLFreeHandle(HANDLE_ENV, self.environment)

    async def rows(self, sql):
        """Runs a statement and returns its rows, values as text. Cancelling the task cancels the statement."""
        statement = allocate(HANDLE_STMT, self.handle)
        try:
            check(odbc.SQLSetStmtAttr(statement, ATTR_ASYNC_ENABLE, ctypes.c_void_p(1), 0), HANDLE_STMT, statement)
            descriptor = ctypes.c_size_t()
            check(odbc.SQLGetStmtAttr(statement, ATTR_COUCHDB_POLL_DESCRIPTOR, ctypes.byref(descriptor), 0, None), HANDLE_STMT, statement)
            text = sql.encode()
            code = odbc.SQLExecDirect(statement, text, NTS)
            while code == STILL_EXECUTING:
                try:
                    await readable(descriptor.value)
                except asyncio.CancelledError:
                    odbc.SQLCancel(statement)
                    while odbc.SQLExecDirect(statement, text, NTS) == STILL_EXECUTING:
                        await readable(descriptor.value)
                    raise
                code = odbc.SQLExecDirect(statement, text, NTS)
            check(code, HANDLE_STMT, statement)
            return list(fetched(statement))
        finally:
            odbc.SQLFreeHandle(HANDLE_STMT, statement)


async def readable(descriptor):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.add_reader(descriptor, lambda: future.done() or future.set_result(None))
    try:
        await future
    finally:
        loop.remove_reader(descriptor)


def fetched(statement):
    columns, buffer, length = ctypes.c_short(), ctypes.create_string_buffer(4096), ctypes.c_ssize_t()
    check(odbc.SQLNumResultCols(statement, ctypes.byref(columns)), HANDLE_STMT, statement)
    while columns.value and check(odbc.SQLFetch(statement), HANDLE_STMT, statement) != NO_DATA:
        row = []
        for column in range(1, columns.value + 1):
            value = b""
            while check(odbc.SQLGetData(statement, column, C_CHAR, buffer, len(buffer), ctypes.byref(length)), HANDLE_STMT, statement) != NO_DATA:
                if length.value == NULL_DATA:
                    value = None
                    break
                value += buffer.value  # what does not fit comes in further parts
            row.append(value if value is None else value.decode())
        yield row


async def main(where, statements):
    connection = Connection(where)
    try:
        for sql, rows in zip(statements, await asyncio.gather(*(connection.rows(sql) for sql in statements))):
            print(f"{sql}: {rows}")
    finally:
        connection.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
